"""Findings in the forms of other programs."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

from click.testing import CliRunner, Result

from rtgen.api import all_rules
from rtgen.cli.main import main
from rtgen.cli.report.github import annotations
from rtgen.cli.report.gitlab import code_quality
from rtgen.cli.report.junit import junit
from rtgen.cli.report.sarif import sarif
from rtgen.source.finding import Edit, Finding, Related, Severity
from rtgen.source.span import Position, Span
from rtgen.versions import breaking_rules

HEAD = "rtgen: 1\ncontract: demo\nversion: 1.0.0\n"
TWICE = HEAD + "channels:\n  room: { address: a, events: {} }\n  rooM: { address: b, events: {} }\n"
CLEAN = HEAD + "channels:\n  room: { address: a, events: { sat: { description: They rest., from: server } } }\n"
CONFIG = "specs: ['specs/*.yaml']\ntargets: { fake: { out: build } }\n"


def rtgen(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def suites_of(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314  # our own


def span(file: str, line: int, column: int, end_line: int, end_column: int) -> Span:
    return Span(file, Position(line, column), Position(end_line, end_column))


def test_sarif_of_a_contract(project: Path) -> None:
    (project / "two words.yaml").write_text(TWICE, encoding="utf-8")
    done = rtgen("check", "two words.yaml", "--format", "sarif")
    said = json.loads(done.output)
    assert (done.exit_code, said["version"]) == (1, "2.1.0")
    (run,) = said["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 1}]
    rules = run["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules] == [each.id for each in (*all_rules(), *breaking_rules())]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("name-collision", "error")
    assert rules[result["ruleIndex"]]["id"] == "name-collision"
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "two%20words.yaml"},
                "region": {"startLine": 6, "startColumn": 3, "endLine": 6, "endColumn": 7},
            }
        }
    ]
    assert result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 5


def test_sarif_fingerprints_stay_when_lines_move() -> None:
    def fingerprint(line: int, message: str) -> object:
        finding = Finding("unknown-key", Severity.ERROR, message, span("a.yaml", line, 1, line, 2))
        return sarif([finding], 1, ())["runs"][0]["results"][0]["partialFingerprints"]

    assert fingerprint(1, "a") == fingerprint(9, "a")
    assert fingerprint(1, "a") != fingerprint(1, "b")


def test_sarif_carries_fixes() -> None:
    place = span("a.yaml", 1, 2, 1, 5)
    finding = Finding("unknown-key", Severity.ERROR, "m", place, fix=Edit(place, "from"))
    (result,) = sarif([finding], 1, ())["runs"][0]["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    region = {"startLine": 1, "startColumn": 2, "endLine": 1, "endColumn": 5}
    assert change == {
        "artifactLocation": {"uri": "a.yaml"},
        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "from"}}],
    }


def test_sarif_takes_rules_of_targets_that_others_wrote() -> None:
    finding = Finding("theirs", Severity.INFO, "m", span("a.yaml", 1, 1, 1, 2))
    (result,) = sarif([finding], 0, ())["runs"][0]["results"]
    assert "ruleIndex" not in result
    assert result["level"] == "note"


def test_github_annotations_escape_what_would_end_them() -> None:
    place = span("a,b:c%.yaml", 2, 3, 2, 5)
    related = (Related("here", span("d.yaml", 1, 1, 1, 1)),)
    findings = [
        Finding("unknown-key", Severity.ERROR, "100 % of\r\n::it", place, "Remove it.", related),
        Finding("wrong-type", Severity.INFO, "m", span("a.yaml", 1, 4, 2, 1)),
    ]
    assert list(annotations(findings)) == [
        (
            "::error file=a%2Cb%3Ac%25.yaml,line=2,col=3,endLine=2,endColumn=5,title=unknown-key"
            "::100 %25 of%0D%0A::it%0Ad.yaml:1:1: here%0Ahelp: Remove it."
        ),
        "::notice file=a.yaml,line=1,endLine=2,title=wrong-type::m",
    ]


def test_github_in_a_pipeline(project: Path) -> None:
    (project / "demo.yaml").write_text(TWICE, encoding="utf-8")
    done = rtgen("check", "demo.yaml", "--format", "github")
    first, last = done.output.splitlines()
    assert first.startswith("::error file=demo.yaml,line=6,col=3,endLine=6,endColumn=7,title=name-collision::")
    assert last == "1 error (0 contracts read)"


def test_code_that_is_out_of_date_is_a_finding_in_both(project: Path) -> None:
    (project / "specs").mkdir()
    (project / "specs" / "demo.yaml").write_text(CLEAN, encoding="utf-8")
    (project / "rtgen.yaml").write_text(CONFIG, encoding="utf-8")
    done = rtgen("generate", "--check", "--format", "sarif")
    assert done.exit_code == 3
    results = json.loads(done.output)["runs"][0]["results"]
    assert {each["ruleId"] for each in results} == {"out-of-date"}
    done = rtgen("generate", "--check", "--format", "github")
    assert done.exit_code == 3
    assert "title=out-of-date::this generated file is missing" in done.output
    assert rtgen("generate", "--format", "github").output.startswith("demo/fake  ")
    assert json.loads(rtgen("generate", "--check", "--format", "sarif").output)["runs"][0]["results"] == []


def test_gitlab_fingerprints_stay_when_lines_move_and_are_never_the_same_twice() -> None:
    def prints(*lines: int) -> list[str]:
        made = [Finding("unknown-key", Severity.ERROR, "m", span("a.yaml", line, 1, line, 2)) for line in lines]
        return [each["fingerprint"] for each in code_quality(made)]

    assert prints(1, 5) == prints(2, 9)
    assert len(set(prints(1, 5))) == 2


def test_gitlab_says_where_and_how_bad() -> None:
    finding = Finding("unknown-key", Severity.WARNING, "one\ntwo", span("a.yaml", 3, 1, 4, 2), "Remove it.")
    (issue,) = code_quality([finding])
    assert issue == {
        "check_name": "unknown-key",
        "description": "one; two Help: Remove it.",
        "severity": "minor",
        "fingerprint": issue["fingerprint"],
        "location": {"path": "a.yaml", "lines": {"begin": 3, "end": 4}},
    }


def test_junit_fails_by_errors_only_and_holds_any_text() -> None:
    place = span("a.yaml", 1, 1, 1, 2)
    findings = [
        Finding("first", Severity.ERROR, "<b>&\x00 \ud800", place, "Write it."),
        Finding("first", Severity.ERROR, "again", place),
        Finding("second", Severity.WARNING, "soft", place),
    ]
    suites = suites_of(junit(findings, 1))
    assert (suites.get("tests"), suites.get("failures")) == ("2", "1")
    failed, passed = suites.iter("testcase")
    failure = failed.find("failure")
    assert failure is not None
    assert (failed.get("classname"), failed.get("name"), failure.get("message")) == (
        "a.yaml",
        "first",
        "<b>&? ? (and 1 more)",
    )
    assert "help: Write it." in (failure.text or "")
    assert passed.find("failure") is None
    assert "soft" in (passed.findtext("system-out") or "")


def test_junit_of_a_clean_run_is_a_test_that_passes_and_no_code_is_lost() -> None:
    assert suites_of(junit([], 0)).get("failures") == "0"
    assert suites_of(junit([], 2)).get("failures") == "1"


def test_forms_of_check(project: Path) -> None:
    (project / "demo.yaml").write_text(TWICE, encoding="utf-8")
    (issue,) = json.loads(rtgen("check", "demo.yaml", "--format", "gitlab").output)
    assert (issue["check_name"], issue["location"]["lines"]["begin"]) == ("name-collision", 6)
    assert suites_of(rtgen("check", "demo.yaml", "--format", "junit").output).get("failures") == "1"
