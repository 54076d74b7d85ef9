"""What rtgen found: data only. How a finding is shown is decided in the cli."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum

from rtgen.source.span import Span


class Severity(IntEnum):
    """How bad it is; a larger number is worse, so that `max` picks the verdict."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The name as it is printed."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that a finding is about, such as the first of two equal names."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that repairs a finding and needs no judgement: what stands at `span` becomes `text`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about a contract, a configuration or an output folder.

    `rule` is a stable kebab-case id, `message` one sentence without a final full stop needed,
    `hint` says what to write instead (empty only where the message already does).
    """

    rule: str
    severity: Severity
    message: str
    span: Span
    hint: str = ""
    related: tuple[Related, ...] = field(default=())
    fix: Edit | None = field(default=None, compare=False)


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings sorted by file, place and rule, each once: the order in which they are always shown."""
    return tuple(sorted(set(findings), key=lambda each: (each.span, each.rule, each.message)))


def error(
    rule: str, message: str, span: Span, hint: str = "", related: tuple[Related, ...] = (), *, fix: Edit | None = None
) -> Finding:
    """A finding that stops generation."""
    return Finding(rule, Severity.ERROR, message, span, hint, related, fix)


def warning(rule: str, message: str, span: Span, hint: str = "", related: tuple[Related, ...] = ()) -> Finding:
    """A finding that is worth reading but stops nothing."""
    return Finding(rule, Severity.WARNING, message, span, hint, related)
