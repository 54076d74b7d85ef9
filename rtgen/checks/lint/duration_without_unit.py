"""Rule `duration-without-unit`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.checks.wording import ends_in
from rtgen.schema.types import NumberType
from rtgen.source.finding import Severity

_ENDINGS = frozenset({"timeout", "duration", "delay", "interval", "ttl", "latency", "elapsed", "age"})


def _check(subject: Subject) -> Iterator[Problem]:
    for part in subject.parts:
        if isinstance(part.node, NumberType) and ends_in(part.name, _ENDINGS):
            yield Problem(f"{part.label} is a stretch of time, and its name has no unit", part.span)


RULE = Rule(
    id="duration-without-unit",
    severity=Severity.WARNING,
    summary="A stretch of time as a number without a unit in its name.",
    why="Python counts in seconds, JavaScript in milliseconds.",
    fix="Name the unit (`timeoutMs`), or write `{ type: string, format: duration }`.",
    strict=True,
    check=_check,
    bad="""\
schemas:
  Retry: { type: object, properties: { delay: { type: integer } } }
""",
    good="""\
schemas:
  Retry: { type: object, properties: { delayMs: { type: integer } } }
""",
)
