"""Rule `sunset-moved-earlier`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.marks:
        before, after = old.deprecation, new.deprecation
        if before and after and before.sunset and after.sunset and after.sunset < before.sunset:
            message = f"sunset: {before.sunset} → {after.sunset}"
            yield breach(message, place, old=old, new=new)


RULE = BreakingRule(
    id="sunset-moved-earlier",
    level=Level.POLICY,
    summary="The sunset of something deprecated is earlier than was said.",
    why="Who planned for the day that was named is too late.",
    fix="Keep the day that was announced.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    deprecated: { sunset: 2027-06-01 }
""",
        """\
events:
  say:
    from: client
    deprecated: { sunset: 2027-03-01 }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    deprecated: { sunset: 2027-03-01 }
""",
        """\
events:
  say:
    from: client
    deprecated: { sunset: 2027-06-01 }
""",
    ),
)
