"""Rule `version-decreased`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Place, breach


def _check(pair: Pair) -> Iterator[Breach]:
    old, new = (tuple(map(int, each.version.split("."))) for each in (pair.old, pair.new))
    if new < old:
        message = f"{pair.old.version} → {pair.new.version}"
        yield breach(message, Place(), old=pair.old, new=pair.new)


RULE = BreakingRule(
    id="version-decreased",
    level=Level.POLICY,
    summary="The version is lower than before.",
    why="Releases can't be told apart by age any more.",
    fix="Raise it.",
    check=_check,
    breaking=(
        """\
version: 1.2.0
events: {}
""",
        """\
version: 1.1.9
events: {}
""",
    ),
    harmless=(
        """\
version: 1.2.0
events: {}
""",
        """\
version: 1.10.0
events: {}
""",
    ),
)
