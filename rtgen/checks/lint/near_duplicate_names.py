"""Rule `near-duplicate-names`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.folding import folded
from rtgen.source.finding import Related, Severity
from rtgen.source.span import Span


def _check(subject: Subject) -> Iterator[Problem]:
    first: dict[str, tuple[str, Span | None]] = {}
    for named, each in subject.properties:
        name, span = first.setdefault(folded(each.name), (each.name, each.span))
        if name != each.name and each.span is not None and "_" not in name + each.name:
            related = () if span is None else (Related(f"`{name}`", span),)
            yield Problem(f"`{each.name}` of `{named.name}` is spelt `{name}` elsewhere", each.span, related)


RULE = Rule(
    id="near-duplicate-names",
    severity=Severity.WARNING,
    summary="One property name in two spellings.",
    why="`userId` here and `userID` there: TypeScript refuses one of them at every second use.",
    fix="Choose one spelling for the whole contract.",
    check=_check,
    bad="""\
schemas:
  Author: { type: object, properties: { userId: { type: string } } }
  Editor: { type: object, properties: { userID: { type: string } } }
""",
    good="""\
schemas:
  Author: { type: object, properties: { userId: { type: string } } }
  Editor: { type: object, properties: { userId: { type: string } } }
""",
)
