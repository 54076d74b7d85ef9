"""Findings as JUnit's XML, which every CI server reads: a test a file, which errors fail."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from xml.etree import ElementTree as ET

from rtgen.source.finding import Finding, Severity


def junit(findings: Iterable[Finding], exit_code: int) -> str:
    """One suite. Warnings are told in a test's output and fail nothing; a clean run is one test that passes."""
    found = list(findings)
    cases = list(_cases(found))
    failures = sum(case.find("failure") is not None for case in cases)
    if exit_code and not failures:
        cases.append(_failing("rtgen", f"exit code {int(exit_code)}", ""))
        failures = 1
    if not cases:
        cases.append(ET.Element("testcase", {"classname": "rtgen", "name": "no findings"}))
    counts = {"tests": str(len(cases)), "failures": str(failures), "errors": "0"}
    suites = ET.Element("testsuites", {"name": "rtgen", **counts})
    suite = ET.SubElement(suites, "testsuite", {"name": "rtgen", **counts})
    suite.extend(cases)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode")


def _cases(findings: Iterable[Finding]) -> Iterator[ET.Element]:
    """One test for each rule that spoke of a file: a report of hundreds of equal names helps nobody."""
    by_rule = sorted(findings, key=lambda each: (each.span.file, each.rule))
    for (file, rule), group in groupby(by_rule, lambda each: (each.span.file, each.rule)):
        found = list(group)
        told = "\n\n".join(map(_told, found))
        errors = [each for each in found if each.severity is Severity.ERROR]
        if errors:
            first = errors[0].message.split("\n")[0]
            yield _failing(file, first if len(found) == 1 else f"{first} (and {len(found) - 1} more)", told, rule)
        else:
            case = ET.Element("testcase", {"classname": _printable(file), "name": rule})
            ET.SubElement(case, "system-out").text = _printable(told)
            yield case


def _failing(file: str, message: str, told: str, rule: str = "exit code") -> ET.Element:
    case = ET.Element("testcase", {"classname": _printable(file), "name": rule})
    ET.SubElement(case, "failure", {"message": _printable(message), "type": rule}).text = _printable(told)
    return case


def _told(finding: Finding) -> str:
    related = (f"{each.span}: {each.message}" for each in finding.related)
    hint = (f"help: {finding.hint}",) if finding.hint else ()
    return "\n".join((f"{finding.span} {finding.severity.word}", finding.message, *related, *hint))


def _printable(text: str) -> str:
    """Text without what XML can't hold."""
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)
