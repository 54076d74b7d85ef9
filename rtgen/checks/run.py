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
    kept = (
        finding
        for finding in findings_of(contract, settings, today)
        if not any(_covers(each, contract, finding, today) for each in settings.ignores)
    )
    return ordered(kept)


def findings_of(contract: Contract, settings: Settings, today: date) -> Iterator[Finding]:
    """What the rules say, with the project's severities and nothing ignored."""
    subject = Subject(contract, today)
    for rule in rules():
        severity = settings.severity(rule.id, rule.severity if settings.strict or not rule.strict else None)
        if severity is not None:
            yield from (_finding(rule, severity, problem) for problem in rule.check(subject))


def _finding(rule: Rule, severity: Severity, problem: Problem) -> Finding:
    worst = max(severity, problem.at_least or severity)
    return Finding(rule.id, worst, problem.message, problem.span, rule.fix, problem.related)


def _covers(ignore: Ignore, contract: Contract, finding: Finding, today: date) -> bool:
    if today > ignore.until or not any(fnmatchcase(finding.rule, pattern) for pattern in ignore.rules):
        return False
    if ignore.line is not None:
        return (finding.span.file, finding.span.start.line) == (ignore.path, ignore.line)
    return fnmatchcase(contract.source, ignore.path)


def check_ignores(contracts: Iterable[Contract], settings: Settings, today: date) -> tuple[Finding, ...]:
    """Ignores that no longer do anything: out of date, or matching no finding of these contracts."""
    if not settings.ignores:
        return ()
    found = [(contract, finding) for contract in contracts for finding in findings_of(contract, settings, today)]
    said = []
    for ignore in settings.ignores:
        if today > ignore.until:
            message = f"this ignore ended on {ignore.until}"
            said.append(warning("ignore-expired", message, ignore.span, "Repair what it covered, or set a later day."))
        elif not any(_covers(ignore, contract, finding, today) for contract, finding in found):
            unused = warning("ignore-unused", "this ignore matches no finding", ignore.span, "Remove it.")
            said.append(replace(unused, fix=None if ignore.line is None else Edit(ignore.span, "")))
    return ordered(said)
