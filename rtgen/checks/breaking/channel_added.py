"""Rule `channel-added`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import CLIENT_FIRST, Breach, BreakingRule, Level, Place, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.added:
        yield breach(f"{channel} is new", Place(channel.name), orders=CLIENT_FIRST, old=pair.old, new=channel)


RULE = BreakingRule(
    id="channel-added",
    level=Level.WIRE,
    summary="A channel is new.",
    why="A new client that joins it is refused by an old server.",
    fix="Release the server first.",
    check=_check,
    breaking=(
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
