"""Rule `error-case`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for each in subject.contract.errors:
        if "_" in each.name and each.span is not None:
            yield Problem(f"the error `{each.name}` is not written in camelCase", each.span)


RULE = Rule(
    id="error-case",
    severity=Severity.WARNING,
    summary="A domain error whose name is not in camelCase.",
    why="It becomes a class in Python and a code in TypeScript; snake_case is how the protocol's own codes look.",
    fix="Write it as `soldOut`.",
    check=_check,
    bad="""\
errors:
  sold_out: { description: Nothing is left. }
""",
    good="""\
errors:
  soldOut: { description: Nothing is left. }
""",
)
