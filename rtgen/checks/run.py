"""Rules over contracts: problems become findings, the project's settings applied."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase

from rtgen.checks.registry import rules
from rtgen.checks.rule import Problem, Rule
from rtgen.checks.settings import Ignore, Settings
from rtgen.checks.subject import Subject
from rtgen.contract.model import Contract
from rtgen.source.finding import Edit, Finding, Severity, ordered, warning


def check(contract: Contract, settings: Settings, today: date) -> tuple[Finding, ...]:
    """What the rules say about a contract, without what the project ignores."""
    ignored = _Ignored(settings.ignores, today)
    found = findings_of(contract, settings, today)
    return ordered(finding for finding in found if not any(ignored.covering(contract, finding)))


def findings_of(contract: Contract, settings: Settings, today: date) -> Iterator[Finding]:
    """What the rules say, with the project's severities and nothing ignored."""
    subject = Subject(contract, today)
    for rule in rules():
        severity = settings.severity(rule.id, rule.severity if settings.strict or not rule.strict else None)
        if severity is not None:
            yield from (_finding(rule, severity, problem) for problem in rule.check(subject))


def _finding(rule: Rule, severity: Severity, problem: Problem) -> Finding:
    worst = max(severity, problem.at_least or severity)
    return Finding(rule.id, worst, problem.message, problem.span, rule.fix, problem.related, problem.fix)


class _Ignored:
    """Ignores by where they can match, so that many of them cost little. Those that are over match nothing."""

    def __init__(self, ignores: Iterable[Ignore], today: date) -> None:
        self.of_contracts: list[Ignore] = []
        self.of_lines: dict[tuple[str, int], list[Ignore]] = {}
        for ignore in ignores:
            if today > ignore.until:
                continue
            if ignore.line is None:
                self.of_contracts.append(ignore)
            else:
                self.of_lines.setdefault((ignore.path, ignore.line), []).append(ignore)

    def covering(self, contract: Contract, finding: Finding) -> Iterator[Ignore]:
        """The ignores that cover a finding."""
        here = self.of_lines.get((finding.span.file, finding.span.start.line), ())
        wide = (each for each in self.of_contracts if fnmatchcase(contract.source, each.path))
        for ignore in (*here, *wide):
            if any(fnmatchcase(finding.rule, pattern) for pattern in ignore.rules):
                yield ignore


def check_ignores(contracts: Iterable[Contract], settings: Settings, today: date) -> tuple[Finding, ...]:
    """Ignores that no longer do anything: out of date, or matching no finding of these contracts."""
    if not settings.ignores:
        return ()
    ignored = _Ignored(settings.ignores, today)
    used = {
        ignore
        for contract in contracts
        for finding in findings_of(contract, settings, today)
        for ignore in ignored.covering(contract, finding)
    }
    said = []
    for ignore in settings.ignores:
        if today > ignore.until:
            message = f"this ignore ended on {ignore.until}"
            said.append(warning("ignore-expired", message, ignore.span, "Repair what it covered, or set a later day."))
        elif ignore not in used:
            unused = warning("ignore-unused", "this ignore matches no finding", ignore.span, "Remove it.")
            said.append(replace(unused, fix=None if ignore.line is None else Edit(ignore.span, "")))
    return ordered(said)
