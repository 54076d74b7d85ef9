"""Rule `flag-narrowed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, Place, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for old, new in pair.flags:
        if new.percent < old.percent:
            message = f"{old}: {old.percent:g} % → {new.percent:g} %"
            yield breach(message, Place(), orders=SERVER_FIRST, old=old, new=new)


RULE = BreakingRule(
    id="flag-narrowed",
    level=Level.BEHAVIOUR,
    summary="A flag is on for fewer people.",
    why="Some lose what they had.",
    fix="Say in the release who loses what; or set it at run time, where it can be taken back at once.",
    check=_check,
    breaking=(
        """\
flags:
  newEditor: { description: The editor with columns., percent: 25 }
events: {}
""",
        """\
flags:
  newEditor: { description: The editor with columns., percent: 10 }
events: {}
""",
    ),
    harmless=(
        """\
flags:
  newEditor: { description: The editor with columns., percent: 10 }
events: {}
""",
        """\
flags:
  newEditor: { description: The editor with columns., percent: 25 }
events: {}
""",
    ),
)
