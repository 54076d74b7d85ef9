"""Findings for people: place, severity, rule; the message; the line with a caret; what to write instead."""

from collections.abc import Iterable, Iterator, Mapping

import click

from rtgen.source.finding import Finding, Severity
from rtgen.source.span import Span
from rtgen.source.text import Text

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_WIDTH = 160


def render(findings: Iterable[Finding], texts: Mapping[str, Text]) -> Iterator[str]:
    """One block of lines a finding, with colours (`click.echo` drops them where there is no terminal)."""
    for finding in findings:
        yield "\n".join(_block(finding, texts))


def _block(finding: Finding, texts: Mapping[str, Text]) -> Iterator[str]:
    colour = _COLOURS[finding.severity]
    severity = click.style(finding.severity.word, fg=colour, bold=True)
    yield f"{_safe(str(finding.span))} {severity} {finding.rule}"
    yield from (f"  {_safe(line)}" for line in finding.message.split("\n"))
    yield from _frame(finding.span, texts, colour)
    for related in finding.related:
        yield f"  {_safe(str(related.span))}: {_safe(related.message)}"
        yield from _frame(related.span, texts, "blue")
    if finding.hint:
        first, *rest = finding.hint.split("\n")
        yield f"  {click.style('help:', fg='cyan')} {_safe(first)}"
        yield from (f"    {_safe(line)}".rstrip() for line in rest)


def _frame(span: Span, texts: Mapping[str, Text], colour: str) -> Iterator[str]:
    text = texts.get(span.file)
    line = "" if text is None else text.line(span.start.line)
    if not line.strip():
        return
    number = str(span.start.line)
    same_line = span.end.line == span.start.line
    end = span.end.column if same_line else len(line) + 1
    start = span.start.column
    shown = _safe(line).replace("\t", " ")
    if len(shown) > _WIDTH:
        first = max(0, start - 1 - _WIDTH // 2)
        shown, start, end = shown[first : first + _WIDTH], start - first, end - first
    width = max(1, min(end, len(shown) + 1) - start)
    yield f"  {number} | {shown.rstrip()}"
    yield f"  {' ' * len(number)} | {' ' * (start - 1)}{click.style('^' * width, fg=colour)}"


def _safe(text: str) -> str:
    """Text of a contract for a terminal: what could steer it is shown as `?`, one for one, so that carets fit."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\t" else "?" for char in text)


def summary(findings: Iterable[Finding]) -> str:
    """`2 errors, 1 warning`; `no findings` when there are none."""
    counts: dict[Severity, int] = {}
    for finding in findings:
        counts[finding.severity] = counts.get(finding.severity, 0) + 1
    words = [
        f"{counts[severity]} {severity.word}{'s' if counts[severity] > 1 and severity is not Severity.INFO else ''}"
        for severity in sorted(counts, reverse=True)
    ]
    return ", ".join(words) or "no findings"
