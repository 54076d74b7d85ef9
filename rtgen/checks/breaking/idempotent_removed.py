"""Rule `idempotent-removed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach
from rtgen.contract.units import written_duration


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.client_events:
        if new.idempotent < old.idempotent:
            message = _said(old.idempotent, new.idempotent)
            yield breach(message, place, orders=SERVER_FIRST, old=old, new=new)


def _said(old: float, new: float) -> str:
    was = f"repeated within {written_duration(old)} it took effect once"
    return f"{was}, now only within {written_duration(new)}" if new else f"{was}, now each time"


RULE = BreakingRule(
    id="idempotent-removed",
    level=Level.BEHAVIOUR,
    summary="A request is no longer safe to repeat, or not for as long.",
    why="Old clients send it again after a lost connection, and it takes effect twice.",
    fix="Keep the window until no old client is left.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    idempotent: { window: 10m }
""",
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    idempotent: { window: 10m }
""",
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    idempotent: { window: 20m }
""",
    ),
)
