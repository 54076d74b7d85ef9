"""Rule `channel-removed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, Place, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.removed:
        yield breach(f"{channel} is gone", Place(channel.name), orders=SERVER_FIRST, old=channel, new=pair.new)


RULE = BreakingRule(
    id="channel-removed",
    level=Level.WIRE,
    summary="A channel is gone.",
    why="Old clients are refused when they join it.",
    fix="Keep it, `deprecated`, until its sunset has passed and no client joins it.",
    check=_check,
    breaking=(
        """\
channels:
  lobby: { address: lobby, events: {} }
  room: { address: room, events: {} }
""",
        """\
channels:
  room: { address: room, events: {} }
""",
    ),
    harmless=(
        """\
channels:
  room: { address: room, events: {} }
""",
        """\
channels:
  room: { address: room, events: {} }
  lobby: { address: lobby, events: {} }
""",
    ),
)
