"""Rule `text-without-format`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.checks.wording import lower_words
from rtgen.schema.types import StringType
from rtgen.source.finding import Severity

_FORMATS = {"email": "email", "url": "uri", "uri": "uri", "href": "uri", "hostname": "hostname", "uuid": "uuid"}


def _check(subject: Subject) -> Iterator[Problem]:
    for part in subject.parts:
        node = part.node
        name = next(iter(lower_words(part.name)[-1:]), "")
        if isinstance(node, StringType) and name in _FORMATS and not (node.format or node.pattern):
            yield Problem(f"{part.label} has no format; `{_FORMATS[name]}` would fit", part.span)


RULE = Rule(
    id="text-without-format",
    severity=Severity.WARNING,
    summary="An address, a link or a UUID as plain text.",
    why="Both ends check formats for free, and `javascript:…` in a link is stopped at the door only when one is said.",
    fix="Add the `format`, or a `pattern`.",
    strict=True,
    check=_check,
    bad="""\
schemas:
  Guest: { type: object, properties: { email: { type: string, maxLength: 200 } } }
""",
    good="""\
schemas:
  Guest: { type: object, properties: { email: { type: string, format: email } } }
""",
)
