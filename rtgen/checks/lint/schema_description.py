"""Rule `schema-description`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for named in subject.types.values():
        if named.from_schemas and not named.notes.description:
            yield Problem(f"the schema `{named.name}` has no description", named.span)


RULE = Rule(
    id="schema-description",
    severity=Severity.WARNING,
    summary="A named schema without a `description`.",
    why="It becomes the docstring of a class and the JSDoc of an interface that other people import.",
    fix="Add `description:` with one sentence: what one of these is.",
    strict=True,
    check=_check,
    bad="""\
schemas:
  Author: { type: object, properties: { id: { type: string } } }
""",
    good="""\
schemas:
  Author: { description: Who wrote a message., type: object, properties: { id: { type: string } } }
""",
)
