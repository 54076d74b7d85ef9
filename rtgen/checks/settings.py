"""What a project decides about rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase

from rtgen.source.finding import Severity
from rtgen.source.span import Span


@dataclass(frozen=True, slots=True)
class Ignore:
    """Findings that a project accepts: of these rules, in the specs a pattern names, for a reason, until a day.

    With `line` it stands in a contract: `path` is then that file, and it covers one line.
    """

    path: str
    rules: tuple[str, ...]
    because: str
    until: date
    span: Span
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Severities that differ from the rules' own (`None` is off), and what is ignored."""

    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
    baseline: str = ""
    """The file of known findings, relative to the project; empty for the usual one."""
    strict: bool = False
    """Whether the rules of the set `strict` are on too."""

    def severity(self, rule: str, usual: Severity | None) -> Severity | None:
        """How bad a rule's findings are here, `None` where it is off."""
        return self.severities.get(rule, usual)

    def with_ignores(self, ignores: Iterable[Ignore]) -> "Settings":
        """The same, with more that is ignored."""
        return replace(self, ignores=(*self.ignores, *ignores))


def names_a_rule(pattern: str, ids: Iterable[str]) -> bool:
    """Whether an ignore's rule, an id or a pattern of ids, can match anything."""
    return any(fnmatchcase(known, pattern) for known in ids)
