"""Which older versions a server serves, and what stands against the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rtgen.contract.model import Contract
from rtgen.conversion.bridging import plan_version
from rtgen.conversion.obstacle import Obstacle
from rtgen.conversion.versions import VersionPlan
from rtgen.source.finding import Finding, Severity, error
from rtgen.source.span import file_start

RELEASED = "released"
"""All that were released and can be served."""
NONE = "none"
_VERSION = r"[0-9]+\.[0-9]+\.[0-9]+[^\s,]*"
PATTERN = rf"{RELEASED}|{NONE}|{_VERSION}(\s*,\s*{_VERSION})*"


@dataclass(frozen=True, slots=True)
class Older:
    """Plans for what is served, the newest first, and findings about the rest."""

    plans: tuple[VersionPlan, ...] = ()
    findings: tuple[Finding, ...] = ()


def older_versions(contract: Contract, released: Sequence[Contract], asked: str) -> Older:
    """Plan for the versions that were asked for. What a project lists by name must be there and must be possible."""
    if asked == NONE:
        return Older()
    listed = () if asked == RELEASED else tuple(each.strip() for each in asked.split(","))
    plans = [plan_version(each, contract) for each in released if not listed or each.version in listed]
    severity = Severity.ERROR if listed else Severity.WARNING
    findings = [*_missing(contract, listed, released)]
    for plan in plans:
        findings += _findings(plan, severity)
    return Older(tuple(each for each in plans if each.is_served), tuple(findings))


def _missing(contract: Contract, listed: Sequence[str], released: Sequence[Contract]) -> Iterator[Finding]:
    known = {each.version for each in released}
    for version in listed:
        if version not in known:
            message = f"no {contract.name} {version} was released before {contract.version}"
            shown = ", ".join(sorted(known)) or "nothing older"
            hint = f"`rtgen release` keeps versions; `.released/` beside the contract holds {shown}."
            yield error("version-unserved", message, contract.span or file_start(contract.source), hint)


def _findings(plan: VersionPlan, severity: Severity) -> Iterator[Finding]:
    old = f"{plan.old.name} {plan.old.version}"
    for each in plan.obstacles:
        yield _finding("version-unserved", severity, f"clients of {old} can't be served: {each}", each, plan.now)
    for each in plan.unread if plan.is_served else ():
        message = f"what servers of {old} have kept can't be converted: {each}"
        yield _finding("version-unread", Severity.WARNING, message, each, plan.now)


def _finding(rule: str, severity: Severity, message: str, each: Obstacle, now: Contract) -> Finding:
    return Finding(rule, severity, message, each.span or now.span or file_start(now.source), each.hint)
