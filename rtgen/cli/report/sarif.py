"""Findings as SARIF 2.1.0, which code hosts and editors read. Columns count code points from 1, ends not included."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from rtgen import __version__
from rtgen.api import BuiltIn, Rule
from rtgen.source.finding import Finding, Severity
from rtgen.source.span import Span

if TYPE_CHECKING:
    from rtgen.versions import BreakingRule

AnyRule: TypeAlias = "Rule | BuiltIn | BreakingRule"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sarif(findings: Iterable[Finding], exit_code: int, rules: Sequence[AnyRule]) -> dict[str, Any]:
    """One run. The table of rules is printed from their records."""
    places = {rule.id: place for place, rule in enumerate(rules)}
    driver = {"name": "rtgen", "version": __version__, "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": exit_code in {0, 1, 3, 4}, "exitCode": int(exit_code)}],
        "results": [_result(finding, places) for finding in findings],
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _rule(rule: AnyRule) -> dict[str, Any]:
    why = "" if isinstance(rule, BuiltIn) else rule.why
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": why or rule.summary},
        "help": {"text": rule.fix},
        "defaultConfiguration": {"level": _level(rule), "enabled": not (isinstance(rule, Rule) and rule.strict)},
    }


def _level(rule: AnyRule) -> str:
    if isinstance(rule, Rule | BuiltIn):
        return _LEVELS[rule.severity]
    return "error" if rule.level in {"wire", "policy"} else "warning"


def _result(finding: Finding, places: dict[str, int]) -> dict[str, Any]:
    index = {"ruleIndex": places[finding.rule]} if finding.rule in places else {}
    hint = f"\n{finding.hint}" if finding.hint else ""
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        **index,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message + hint},
        "locations": [_location(finding.span)],
        "partialFingerprints": {"rtgen/v1": _fingerprint(finding)},
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_location(each.span), "message": {"text": each.message}}
            for number, each in enumerate(finding.related)
        ]
    if finding.fix is not None:
        change = {"deletedRegion": _region(finding.fix.span), "insertedContent": {"text": finding.fix.text}}
        place = {"uri": _uri(finding.fix.span.file)}
        result["fixes"] = [{"artifactChanges": [{"artifactLocation": place, "replacements": [change]}]}]
    return result


def _location(span: Span) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(span.file)}, "region": _region(span)}}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.start.line,
        "startColumn": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
    }


def _uri(file: str) -> str:
    """Relative to where rtgen runs; a path that was given from the root stays one."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix(), errors="surrogateescape")


def _fingerprint(finding: Finding) -> str:
    """What stays when lines move."""
    said = "\0".join((finding.rule, finding.span.file, finding.message))
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:32]
