"""Rule `server-event-removed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach
from rtgen.contract.model import ServerEvent


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.channels:
        for event in channel.removed:
            if isinstance(event, ServerEvent):
                yield breach(f"{event} is gone", channel.place(event), orders=SERVER_FIRST, old=event, new=channel.new)


RULE = BreakingRule(
    id="server-event-removed",
    level=Level.BEHAVIOUR,
    summary="An event that the server sends is gone.",
    why="Old clients wait for it in silence, and code that listens to it no longer compiles.",
    fix="Mark it `deprecated`, and go on sending it until its sunset.",
    check=_check,
    breaking=(
        """\
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
  waved:
    from: server
""",
        """\
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
  wave:
    from: client
""",
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
""",
    ),
)
