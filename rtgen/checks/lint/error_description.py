"""Rule `error-description`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for each in subject.contract.errors:
        if not each.description and each.span is not None:
            yield Problem(f"the error `{each.name}` has no description", each.span)


RULE = Rule(
    id="error-description",
    severity=Severity.WARNING,
    summary="A domain error without a `description`.",
    why="It is the message that callers and logs show, and the docstring of what handlers raise.",
    fix="Add `description:` with one sentence: what was not possible, and until when.",
    check=_check,
    bad="""\
errors:
  muted: {}
""",
    good="""\
errors:
  muted: { description: The sender may not post here until `until`. }
""",
)
