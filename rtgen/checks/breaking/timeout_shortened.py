"""Rule `timeout-shortened`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, breach
from rtgen.contract.units import written_duration


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.client_events:
        if new.is_request and new.timeout < old.timeout:
            message = f"timeout: {written_duration(old.timeout)} → {written_duration(new.timeout)}"
            yield breach(message, place, old=old, new=new)


RULE = BreakingRule(
    id="timeout-shortened",
    level=Level.BEHAVIOUR,
    summary="Clients wait less long for an answer.",
    why="What took its time and worked now fails at new clients.",
    fix="Shorten it only below what the slowest answer takes.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    timeout: 20s
""",
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    timeout: 5s
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    timeout: 5s
""",
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    timeout: 20s
""",
    ),
)
