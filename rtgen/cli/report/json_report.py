"""Findings for programs: one JSON object a run."""

from collections.abc import Iterable
from typing import Any

from rtgen.source.finding import Finding
from rtgen.source.span import Span

VERSION = 1


def report(findings: Iterable[Finding], exit_code: int, **more: object) -> dict[str, Any]:
    """What `--format json` prints. Columns count code points from 1; an end is not included."""
    return {
        "version": VERSION,
        "exit": exit_code,
        "findings": [_finding(each) for each in findings],
        **more,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.word,
        "message": finding.message,
        **place_of(finding.span),
        "hint": finding.hint,
        "related": [{"message": each.message, **place_of(each.span)} for each in finding.related],
    }


def place_of(span: Span) -> dict[str, Any]:
    """Where something stands, as every report says it."""
    return {
        "file": span.file,
        "line": span.start.line,
        "column": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
    }
