"""Rule `event-added`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import CLIENT_FIRST, Breach, BreakingRule, Level, breach
from rtgen.contract.model import ServerEvent


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.channels:
        for event in channel.added:
            if not isinstance(event, ServerEvent):
                yield breach(f"{event} is new", channel.place(event), orders=CLIENT_FIRST, old=channel.old, new=event)


RULE = BreakingRule(
    id="event-added",
    level=Level.WIRE,
    summary="An event that clients send is new.",
    why="An old server refuses it.",
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
  wave:
    from: client
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
  wave:
    from: client
""",
    ),
)
