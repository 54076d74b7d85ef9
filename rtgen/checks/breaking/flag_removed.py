"""Rule `flag-removed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Place, breach


def _check(pair: Pair) -> Iterator[Breach]:
    kept = {each.name for each in pair.new.flags}
    for flag in pair.old.flags:
        if flag.name not in kept:
            yield breach(f"{flag} is gone", Place(), old=flag, new=pair.new)


RULE = BreakingRule(
    id="flag-removed",
    level=Level.SOURCE,
    summary="A flag is gone.",
    why="Code that asks for it no longer compiles; old clients take it for off.",
    fix="Give it to everybody, take it out of the clients, and remove it when none of the old ones is left.",
    check=_check,
    breaking=(
        """\
flags:
  newEditor: { description: The editor with columns., percent: 10 }
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
flags:
  newEditor: { description: The editor with columns., percent: 10 }
events: {}
""",
    ),
)
