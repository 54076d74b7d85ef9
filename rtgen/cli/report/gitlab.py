"""Findings as GitLab's Code Quality report, which merge requests show beside their lines."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Any

from rtgen.source.finding import Finding, Severity

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def code_quality(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """One object a finding. Fingerprints stay when lines move, and no two are the same."""
    seen: Counter[tuple[str, str, str]] = Counter()
    return [_issue(each, _fingerprint(each, seen)) for each in findings]


def _issue(finding: Finding, fingerprint: str) -> dict[str, Any]:
    hint = f" Help: {finding.hint}" if finding.hint else ""
    lines = {"begin": finding.span.start.line, "end": finding.span.end.line}
    return {
        "check_name": finding.rule,
        "description": "; ".join(finding.message.split("\n")) + hint,
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": fingerprint,
        "location": {"path": finding.span.file, "lines": lines},
    }


def _fingerprint(finding: Finding, seen: Counter[tuple[str, str, str]]) -> str:
    key = (finding.rule, finding.span.file, finding.message)
    seen[key] += 1
    return hashlib.sha256("\0".join((*key, str(seen[key]))).encode(errors="surrogatepass")).hexdigest()[:32]
