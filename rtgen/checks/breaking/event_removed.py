"""Rule `event-removed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach
from rtgen.contract.model import ServerEvent


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.channels:
        for event in channel.removed:
            if not isinstance(event, ServerEvent):
                yield breach(f"{event} is gone", channel.place(event), orders=SERVER_FIRST, old=event, new=channel.new)


RULE = BreakingRule(
    id="event-removed",
    level=Level.WIRE,
    summary="An event that clients send is gone.",
    why="Old clients that send it are refused.",
    fix="Mark it `deprecated` with a `sunset`; remove it when that day has passed and no client sends it.",
    check=_check,
    breaking=(
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
    harmless=(
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
)
