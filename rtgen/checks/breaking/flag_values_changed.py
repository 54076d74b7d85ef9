"""Rule `flag-values-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Place, breach
from rtgen.contract.flags import Flag


def _check(pair: Pair) -> Iterator[Breach]:
    for old, new in pair.flags:
        if set(old.values) != set(new.values):
            message = f"{old}: {_listed(old)} → {_listed(new)}"
            yield breach(message, Place(), old=old, new=new)


def _listed(flag: Flag) -> str:
    return ", ".join(sorted(str(each).lower() if each in {True, False} else str(each) for each in flag.values))


RULE = BreakingRule(
    id="flag-values-changed",
    level=Level.SOURCE,
    summary="A flag can be something else than before.",
    why="Code that looks at each of its values no longer compiles, or misses one; old clients take a new one for off.",
    fix="Add a flag of another name, and move over to it.",
    check=_check,
    breaking=(
        """\
flags:
  newEditor: { description: The editor with columns., percent: 10 }
events: {}
""",
        """\
flags:
  newEditor: { description: The editor with columns., percent: 10, variants: [columns, pages] }
events: {}
""",
    ),
    harmless=(
        """\
flags:
  newEditor: { description: The editor with columns., percent: 10, variants: [columns, pages] }
events: {}
""",
        """\
flags:
  newEditor: { description: The editor with columns., percent: 10, variants: [pages, columns] }
events: {}
""",
    ),
)
