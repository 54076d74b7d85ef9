"""Rule `flag-reshuffled`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, Place, breach
from rtgen.contract.flags import Flag


def _check(pair: Pair) -> Iterator[Breach]:
    for old, new in pair.flags:
        if set(old.values) == set(new.values) and _parts(old) != _parts(new):
            message = f"{old}: {_shown(old)} → {_shown(new)}"
            yield breach(message, Place(), orders=SERVER_FIRST, old=old, new=new)


def _parts(flag: Flag) -> tuple[tuple[str, float], ...]:
    """Which part of the people has which variant; weights that are all doubled say the same."""
    total = sum(each.weight for each in flag.variants)
    return tuple((each.name, round(each.weight / total, 12)) for each in flag.variants)


def _shown(flag: Flag) -> str:
    return ", ".join(f"{each.name} {each.weight:g}" for each in flag.variants)


RULE = BreakingRule(
    id="flag-reshuffled",
    level=Level.BEHAVIOUR,
    summary="The variants of a flag have other weights, or another order.",
    why="Some people change from one variant to another, in the middle of a comparison.",
    fix="End the comparison first; or change the weights at run time, where it can be taken back at once.",
    check=_check,
    breaking=(
        """\
flags:
  newEditor: { description: The editor with columns., percent: 50, variants: { columns: 1, pages: 1 } }
events: {}
""",
        """\
flags:
  newEditor: { description: The editor with columns., percent: 50, variants: { columns: 1, pages: 3 } }
events: {}
""",
    ),
    harmless=(
        """\
flags:
  newEditor: { description: The editor with columns., percent: 50, variants: { columns: 1, pages: 1 } }
events: {}
""",
        """\
flags:
  newEditor: { description: The editor with columns., percent: 50, variants: { columns: 2, pages: 2 } }
events: {}
""",
    ),
)
