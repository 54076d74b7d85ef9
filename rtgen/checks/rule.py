"""What a rule is: a record. How its problems become findings is decided in one place, `checks.run`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rtgen.checks.subject import Subject
from rtgen.source.finding import Edit, Related, Severity
from rtgen.source.span import Span


@dataclass(frozen=True, slots=True)
class Problem:
    """One place where a rule is broken. `at_least` raises this one above the rule's own severity."""

    message: str
    span: Span
    related: tuple[Related, ...] = ()
    at_least: Severity | None = None
    fix: Edit | None = None
    """What repairs it, where that takes no judgement; its rule says so under `repairs`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, one file. The `id` is what configurations and reports name, so it never changes its meaning.

    `bad` and `good` are pieces of a contract, its top-level keys or the `events:` of a channel: the rule speaks of
    the first and is silent on the second. They are shown by `rtgen explain`, and they are tests.
    """

    id: str
    severity: Severity
    summary: str
    why: str
    fix: str
    check: Callable[[Subject], Iterable[Problem]]
    bad: str
    good: str
    strict: bool = False
    """Whether only the set `strict` has it: true of what is right for many contracts and too much for some."""
    repairs: str = ""
    """What `--fix` does about it, and when; empty where it takes a person."""
