"""Rule `deprecated-without-end`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for mark, said, span in subject.deprecated:
        if not (said.use and said.sunset):
            missing = "what to use instead" if not said.use else "when it goes"
            yield Problem(f"{mark.label} is deprecated, and nothing says {missing}", span)


RULE = Rule(
    id="deprecated-without-end",
    severity=Severity.WARNING,
    summary="A deprecation without `use` or without `sunset`.",
    why="Nobody leaves something without a day and a place to go to, so it stays for ever.",
    fix="Write `deprecated: { since: 1.2.0, sunset: 2027-03-01, use: posted }`.",
    check=_check,
    bad="""\
events:
  sent: { from: server, deprecated: true }
""",
    good="""\
events:
  sent: { from: server, deprecated: { since: 1.2.0, sunset: 2027-03-01, use: posted } }
  posted: { from: server }
""",
)
