"""The forms in which findings are printed, by their names on the command line."""

import json
from collections.abc import Iterator, Mapping, Sequence

from rtgen.api import all_rules
from rtgen.cli.report.github import annotations
from rtgen.cli.report.gitlab import code_quality
from rtgen.cli.report.json_report import report
from rtgen.cli.report.junit import junit
from rtgen.cli.report.sarif import sarif
from rtgen.cli.report.text import render
from rtgen.source.finding import Finding
from rtgen.source.text import Text

DOCUMENTS = frozenset({"json", "sarif", "gitlab", "junit"})
"""Forms that are one document: nothing else may be printed beside them."""


def document(form: str, findings: Sequence[Finding], exit_code: int, **more: object) -> str:
    """All of a run as one document; `more` is what the JSON form says beside findings."""
    if form == "sarif":
        from rtgen.versions import breaking_rules  # noqa: PLC0415  # only its list of rules needs them

        return json.dumps(sarif(findings, exit_code, (*all_rules(), *breaking_rules())), indent=2)
    if form == "gitlab":
        return json.dumps(code_quality(findings), indent=2)
    if form == "junit":
        return junit(findings, exit_code)
    return json.dumps(report(findings, exit_code, **more), indent=2)


def lines(form: str, findings: Sequence[Finding], texts: Mapping[str, Text]) -> Iterator[str]:
    """Findings one after another, for a terminal or for the log of a pipeline."""
    if form == "github":
        yield from annotations(findings)
    else:
        yield from (f"{block}\n" for block in render(findings, texts))
