"""Rule `unserved-construct`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for each in subject.contract.unserved:
        if each.unsafe:
            message = f"`{each.construct}` is not served yet, and without it the server would be open"
            yield Problem(message, each.span, at_least=Severity.ERROR)
        else:
            yield Problem(f"`{each.construct}` has no effect yet: the generated code does not serve it", each.span)


RULE = Rule(
    id="unserved-construct",
    severity=Severity.WARNING,
    summary="A construct of the language that this version's generated code does not serve.",
    why="The language is ahead of the generator; nothing in a contract may be silently ignored.",
    fix="Leave it out until it is served.",
    check=_check,
    bad="""\
requirements: { connections: 5000 }
events:
  typing: { from: client, relay: true }
""",
    good="""\
events:
  typing: { from: client, relay: true }
""",
)
