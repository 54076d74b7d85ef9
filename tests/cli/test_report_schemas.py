"""Reports are what their readers published: SARIF's own schema, GitLab's table of fields, JUnit as Jenkins reads it.

GitLab's fields are those of its page *Code Quality*, "Code Quality report format"; JUnit's elements and attributes are
those of the schema `junit-10.xsd` of Jenkins' xUnit plugin, which has no `additional` anything.
"""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner
from jsonschema import Draft7Validator, FormatChecker
from repositories import contract, repository

from rtgen.api import all_rules
from rtgen.cli.main import main
from rtgen.cli.report.gitlab import code_quality
from rtgen.cli.report.junit import junit
from rtgen.cli.report.sarif import sarif
from rtgen.source.finding import Edit, Finding, Related, Severity
from rtgen.source.span import Position, Span
from rtgen.versions import breaking_rules

PUBLISHED: Final = Path(__file__).parent / "published"
SARIF: Final = Draft7Validator(
    json.loads((PUBLISHED / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")), format_checker=FormatChecker()
)
GITLAB: Final = Draft7Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "location", "severity"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32,}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "minLength": 1, "not": {"pattern": "^\\./"}},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer"}},
                        },
                    },
                },
            },
        },
    }
)
NUMBERS: Final = {"tests", "failures", "errors", "disabled", "skipped"}
JUNIT: Final[dict[str, tuple[set[str], set[str], set[str]]]] = {
    # element: attributes that it must have, those that it may have, children
    "testsuites": (set(), {"name", "time", "tests", "failures", "disabled", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests"},
        {"failures", "errors", "disabled", "skipped", "time", "timestamp", "hostname", "id", "package"},
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name", "classname"},
        {"assertions", "time", "status"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": (set(), {"message", "type"}, set()),
    "system-out": (set(), set(), set()),
}


def span(file: str, line: int = 1, column: int = 1) -> Span:
    return Span(file, Position(line, column), Position(line, column + 2))


WILD: Final = "\x00 \x1b[31m <b>&'\" ]]> \U0001f600 \ud83d %0A \u2028 {{ x }}"
EVERY: Final = [
    Finding("unknown-key", Severity.ERROR, "plain", span("specs/chat.yaml", 3, 4), "Remove it."),
    Finding("unknown-key", Severity.ERROR, "twice", span("specs/chat.yaml", 9, 4)),
    Finding("naming", Severity.WARNING, "two\nlines", span("two words & more.yaml")),
    Finding("theirs", Severity.INFO, WILD, span("ä/%41#?\udcff.yaml"), WILD),
    Finding("out-of-date", Severity.ERROR, "from the root", span("/srv/build/chat.py")),
    Finding(
        "name-collision",
        Severity.ERROR,
        "with everything",
        span("a.yaml", 2, 2),
        "Rename one.",
        (Related("the other one", span("b.yaml", 7)), Related(WILD, span("a.yaml"))),
        fix=Edit(span("a.yaml", 2, 2), "room"),
    ),
]
RULES: Final = (*all_rules(), *breaking_rules())


def is_junit(text: str) -> None:
    """Every element and attribute is known, and what is counted is there."""
    root = ET.fromstring(text)  # noqa: S314  # our own
    assert root.tag == "testsuites"
    for element in root.iter():
        needed, allowed, children = JUNIT[element.tag]
        assert needed <= set(element.attrib) <= needed | allowed
        assert {child.tag for child in element} <= children
        assert all(element.attrib[name].isdigit() for name in NUMBERS & set(element.attrib))
    for suite in root.iter("testsuite"):
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases)
        assert int(suite.attrib["failures"]) == sum(case.find("failure") is not None for case in cases)


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4, 70])
@pytest.mark.parametrize("findings", [[], EVERY, EVERY[3:4], EVERY[5:]], ids=["none", "every", "wild", "full"])
def test_reports_of_any_findings(findings: list[Finding], code: int) -> None:
    SARIF.validate(json.loads(json.dumps(sarif(findings, code, ()))))
    GITLAB.validate(json.loads(json.dumps(code_quality(findings))))
    is_junit(junit(findings, code))


def test_the_table_of_rules() -> None:
    SARIF.validate(sarif(EVERY, 1, RULES))


def test_the_schemas_judge() -> None:
    """Else everything would pass."""
    said: Any = sarif(EVERY, 1, ())
    said["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert not SARIF.is_valid(said)
    assert not SARIF.is_valid({**sarif([], 0, ()), "version": "2.0.0"})
    quality = code_quality(EVERY)
    quality[0]["severity"] = "error"
    assert not GITLAB.is_valid(quality)
    with pytest.raises(AssertionError):
        is_junit("<testsuites><suite/></testsuites>")


def test_ids_of_rules_are_those_of_the_table() -> None:
    """What the schema can't say: `ruleIndex` points to the rule that `ruleId` names."""
    (run,) = sarif(EVERY, 1, RULES)["runs"]
    table = [each["id"] for each in run["tool"]["driver"]["rules"]]
    assert len(table) == len(set(table))
    for result in run["results"]:
        assert "ruleIndex" not in result or table[result["ruleIndex"]] == result["ruleId"]


@pytest.mark.parametrize("verb", [["check"], ["breaking", "--against", "git:main"], ["generate", "--check"], ["ci"]])
def test_reports_of_every_verb(verb: list[str], project: Path) -> None:
    """With a change that breaks somebody, and code that is out of date."""
    made = repository(project)
    config = "specs: [specs/*.yaml]\ntargets:\n  fake: { out: 'build/{contract}' }\nbreaking: { against: git:main }\n"
    made.write({"rtgen.yaml": config, "specs/demo.yaml": contract(moods="glad, sad, wild")})
    made.commit({})
    made.write({"specs/demo.yaml": contract(moods="glad, sad")})

    def said(form: str) -> str:
        done = CliRunner().invoke(main, [*verb, "--format", form], catch_exceptions=False)
        assert done.exit_code in {0, 1, 3, 4}
        return done.output

    report = json.loads(said("sarif"))
    SARIF.validate(report)
    GITLAB.validate(json.loads(said("gitlab")))
    is_junit(said("junit"))
    if verb[0] != "check":
        assert report["runs"][0]["results"]
