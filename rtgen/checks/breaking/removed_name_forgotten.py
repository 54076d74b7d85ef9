"""Rule `removed-name-forgotten`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Place, breach


def _check(pair: Pair) -> Iterator[Breach]:
    used = {each.name for each in pair.new.channels}
    for name in pair.old.removed:
        if name not in {*used, *pair.new.removed}:
            yield breach(f"`removed` has no `{name}` any more", Place(), old=pair.old, new=pair.new)
    for channel in pair.channels:
        used = {each.name for each in channel.new.events}
        for name in channel.old.removed:
            if name not in {*used, *channel.new.removed}:
                message = f"`removed` has no `{name}` any more"
                yield breach(message, channel.place(), old=channel.old, new=channel.new)


RULE = BreakingRule(
    id="removed-name-forgotten",
    level=Level.POLICY,
    summary="A name is no longer listed in `removed`.",
    why="Nothing keeps the next change from using it with another meaning.",
    fix="Keep the list; it only grows.",
    check=_check,
    breaking=(
        """\
removed: [lounge]
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
removed: [lounge]
events: {}
""",
    ),
)
