"""Rule `flag-default-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Place, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for old, new in pair.flags:
        if old.default != new.default:
            message = f"{old}: default {old.default or 'false'} → {new.default or 'false'}"
            yield breach(message, Place(), old=old, new=new)


RULE = BreakingRule(
    id="flag-default-changed",
    level=Level.BEHAVIOUR,
    summary="Who has a flag not gets something else, as does every client before its welcome.",
    why="Most people see something else from one moment to the next.",
    fix="Raise `percent` in steps instead.",
    check=_check,
    breaking=(
        """\
flags:
  newEditor: { description: The editor with columns., percent: 10, variants: [columns, pages], default: pages }
events: {}
""",
        """\
flags:
  newEditor: { description: The editor with columns., percent: 10, variants: [columns, pages], default: columns }
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
  newEditor: { description: The editor with columns., percent: 10, default: false }
events: {}
""",
    ),
)
