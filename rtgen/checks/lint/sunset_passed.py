"""Rule `sunset-passed`."""

from collections.abc import Iterator
from datetime import date

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _check(subject: Subject) -> Iterator[Problem]:
    for mark, said, span in subject.deprecated:
        if not said.sunset:
            continue
        day = _day(said.sunset)
        if day is None:
            yield Problem(f"the sunset `{said.sunset}` of {mark.label} is no day of the calendar", span)
        elif day < subject.today:
            yield Problem(f"the sunset of {mark.label} was on {day}", span)


RULE = Rule(
    id="sunset-passed",
    severity=Severity.WARNING,
    summary="Something deprecated whose last day is over.",
    why="A day that passes without consequence teaches everybody to ignore the next one.",
    fix="Remove it, or set a later day, written as `2027-03-01`, and tell those who still use it.",
    check=_check,
    bad="""\
events:
  sent: { from: server, deprecated: { since: 1.0.0, sunset: 2020-03-01, use: posted } }
  posted: { from: server }
""",
    good="""\
events:
  posted: { from: server }
""",
)
