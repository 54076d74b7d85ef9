"""Rule `presence-counted-sooner`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.channels:
        old, new = channel.old.presence, channel.new.presence
        if old is not None and new is not None and new.count_over < old.count_over:
            message = f"countOver: {old.count_over} → {new.count_over}"
            yield breach(message, channel.place(), orders=SERVER_FIRST, old=channel.old, new=channel.new)


RULE = BreakingRule(
    id="presence-counted-sooner",
    level=Level.BEHAVIOUR,
    summary="A channel tells only how many are present, from fewer members on.",
    why="Old clients that show who is there show nobody in channels of that size.",
    fix="Raise `countOver` only.",
    check=_check,
    breaking=(
        """\
presence: { state: { type: object, properties: { name: { type: string } } }, countOver: 100 }
events: {}
""",
        """\
presence: { state: { type: object, properties: { name: { type: string } } }, countOver: 50 }
events: {}
""",
    ),
    harmless=(
        """\
presence: { state: { type: object, properties: { name: { type: string } } }, countOver: 50 }
events: {}
""",
        """\
presence: { state: { type: object, properties: { name: { type: string } } }, countOver: 100 }
events: {}
""",
    ),
)
