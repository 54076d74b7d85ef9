"""Rule `presence-removed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.channels:
        if channel.old.presence is not None and channel.new.presence is None:
            message = "no presence any more"
            yield breach(message, channel.place(), orders=SERVER_FIRST, old=channel.old, new=channel.new)


RULE = BreakingRule(
    id="presence-removed",
    level=Level.WIRE,
    summary="A channel no longer says who is present.",
    why="What old clients show is refused, they see nobody, and code that asks no longer compiles.",
    fix="Keep it until no client shows who is there.",
    check=_check,
    breaking=(
        """\
presence: { type: object, properties: { name: { type: string } } }
events: {}
""",
        """\
events: {}
""",
    ),
    harmless=(
        """\
events: {}
""",
        """\
presence: { type: object, properties: { name: { type: string } } }
events: {}
""",
    ),
)
