"""Rule `reply-removed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.client_events:
        if old.is_request and not new.is_request:
            yield breach(f"{old} has no reply any more", place, orders=SERVER_FIRST, old=old, new=new)


RULE = BreakingRule(
    id="reply-removed",
    level=Level.WIRE,
    summary="A request has no answer any more.",
    why="Old clients wait for one until their time is over.",
    fix="Go on answering, with `null` if there is nothing to say.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
""",
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
""",
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
""",
    ),
)
