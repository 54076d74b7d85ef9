"""Rule `reply-added`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import CLIENT_FIRST, Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.client_events:
        if new.is_request and not old.is_request:
            yield breach(f"{old} has a reply now", place, orders=CLIENT_FIRST, old=old, new=new)


RULE = BreakingRule(
    id="reply-added",
    level=Level.WIRE,
    summary="An event is answered now.",
    why="A new client waits for an answer that an old server does not send.",
    fix="Release the server first.",
    check=_check,
    breaking=(
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
