"""Rule `schema-case`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for named in subject.types.values():
        if named.from_schemas and len(named.name) > 4 and named.name.isupper():
            yield Problem(f"the schema `{named.name}` is not written in PascalCase", named.span)


RULE = Rule(
    id="schema-case",
    severity=Severity.WARNING,
    summary="A schema whose name is all capitals.",
    why="It names a class and an interface; capitals are how both languages write constants.",
    fix="Write it as `OrderLine`.",
    check=_check,
    bad="""\
schemas:
  ORDER: { type: object, properties: { id: { type: string } } }
""",
    good="""\
schemas:
  Order: { type: object, properties: { id: { type: string } } }
""",
)
