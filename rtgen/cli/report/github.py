"""Findings as workflow commands, which GitHub shows beside the lines of a pull request."""

from collections.abc import Iterable, Iterator

from rtgen.source.finding import Finding, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def annotations(findings: Iterable[Finding]) -> Iterator[str]:
    """One line a finding."""
    for finding in findings:
        properties = ",".join(f"{key}={_property(str(value))}" for key, value in _properties(finding))
        yield f"::{_COMMANDS[finding.severity]} {properties}::{_data(_text(finding))}"


def _properties(finding: Finding) -> Iterator[tuple[str, str | int]]:
    span = finding.span
    yield "file", span.file
    yield "line", span.start.line
    if span.start.line == span.end.line:  # columns of two lines are not accepted
        yield "col", span.start.column
    yield "endLine", span.end.line
    if span.start.line == span.end.line:
        yield "endColumn", span.end.column
    yield "title", finding.rule


def _text(finding: Finding) -> str:
    related = (f"{each.span}: {each.message}" for each in finding.related)
    hint = [f"help: {finding.hint}"] if finding.hint else []
    return "\n".join((finding.message, *related, *hint))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
