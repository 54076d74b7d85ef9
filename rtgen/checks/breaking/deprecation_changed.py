"""Rule `deprecation-changed`."""

from collections.abc import Iterator
from dataclasses import replace

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Verdict, breach
from rtgen.schema.deprecation import Deprecation


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.marks:
        before, after = old.deprecation, new.deprecation
        if before == after:
            continue
        found = breach(_message(before, after), place, old=old, new=new)
        is_late = before is None and after is not None and "" < after.sunset <= pair.today.isoformat()
        yield found if is_late else replace(found, verdict=Verdict.SAFE)


def _message(before: Deprecation | None, after: Deprecation | None) -> str:
    if after is None:
        return "deprecated no more"
    now = f"deprecated: {after.words}" if after.words else "deprecated"
    return now if before is None else f"{now}; it was: {before.words or 'deprecated'}"


RULE = BreakingRule(
    id="deprecation-changed",
    level=Level.POLICY,
    summary="Something is deprecated, or no more, or with other words; a breach where its last day is over already.",
    why="Who uses it learns of its end when the end has come.",
    fix="Name a `sunset` that leaves those who use it time to move.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload: { type: object, properties: { text: { type: string } } }
""",
        """\
events:
  say:
    from: client
    payload: { type: object, properties: { text: { type: string, deprecated: { sunset: 2025-12-01 } } } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload: { type: object, properties: { text: { type: string } } }
""",
        """\
events:
  say:
    from: client
    payload: { type: object, properties: { text: { type: string, deprecated: { sunset: 2027-06-01 } } } }
""",
    ),
)
