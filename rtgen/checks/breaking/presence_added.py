"""Rule `presence-added`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import CLIENT_FIRST, Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.channels:
        if channel.old.presence is None and channel.new.presence is not None:
            message = "presence is new"
            yield breach(message, channel.place(), orders=CLIENT_FIRST, old=channel.old, new=channel.new)


RULE = BreakingRule(
    id="presence-added",
    level=Level.WIRE,
    summary="A channel says who is present now.",
    why="What a new client shows is refused by an old server.",
    fix="Release the server first.",
    check=_check,
    breaking=(
        """\
events: {}
""",
        """\
presence: { state: { type: object, properties: { name: { type: string } } } }
events: {}
""",
    ),
    harmless=(
        """\
events: {}
""",
        """\
presence: { state: { type: object, properties: { name: { type: string } } } }
events: {}
""",
    ),
)
