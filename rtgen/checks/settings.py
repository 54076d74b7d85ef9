"""What a project decides about rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rtgen.source.finding import Severity
from rtgen.source.span import Span


@dataclass(frozen=True, slots=True)
class Ignore:
    """Findings that a project accepts: of these rules, in the specs a pattern names, for a reason, until a day."""

    path: str
    rules: tuple[str, ...]
    because: str
    until: date | None
    span: Span


@dataclass(frozen=True, slots=True)
class Settings:
    """Severities that differ from the rules' own (`None` is off), and what is ignored."""

    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
    strict: bool = False
    """Whether the rules of the set `strict` are on too."""

    def severity(self, rule: str, usual: Severity | None) -> Severity | None:
        """How bad a rule's findings are here, `None` where it is off."""
        return self.severities.get(rule, usual)
