"""`rtgen ci` in small git repositories: every step, one summary, one exit code."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from repositories import Repository, contract, repository

from rtgen.cli.main import main

SPEC = "specs/demo.yaml"
CONFIG = (
    "specs: [specs/*.yaml]\ntargets:\n  fake: { out: 'build/{contract}', handlers: mine }\n"
    "breaking: { against: git:main }\n"
)


def rtgen(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.fixture
def repo(project: Path) -> Repository:
    """A repository whose pipeline is clean: formatted, generated and committed."""
    made = repository(project)
    made.write({"rtgen.yaml": CONFIG, SPEC: contract(moods="glad, sad, wild")})
    assert rtgen("format").exit_code == 0
    assert rtgen("generate").exit_code == 0
    made.commit({})
    return made


def edit(repo: Repository, old: str, new: str) -> None:
    path = repo.folder / SPEC
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def steps(done: Result) -> dict[str, int | None]:
    return {each["step"]: each["exit"] for each in json.loads(done.output)["steps"]}


def test_a_clean_pipeline(repo: Repository) -> None:
    done = rtgen("ci")
    assert done.exit_code == 0
    assert done.output == (
        "check     ok       no findings, 1 contract\n"
        "format    ok       in canonical form\n"
        "generate  ok       generated code is up to date\n"
        "breaking  ok       no findings, compared with git:main, server-first\n"
        "exit 0: nothing stands in the way\n"
    )
    assert repo.git("status", "--porcelain") == "", "nothing is written"


def test_each_step_fails_alone_and_the_worst_code_counts(repo: Repository) -> None:
    edit(repo, "[glad, sad, wild]", "[  glad, sad, wild]")
    assert steps(rtgen("ci", "--format", "json")) == {"check": 0, "format": 3, "generate": 0, "breaking": 0}
    edit(repo, "[  glad, sad, wild]", "[glad, wild]")
    edit(repo, "version: 1.0.0", "version: 2.0.0")
    done = rtgen("ci")
    assert done.exit_code == 4
    assert "error enum-value-removed" in done.output
    assert "error out-of-date" in done.output
    assert "generate  exit 3   1 file out of date: run `rtgen generate`\n" in done.output
    assert "breaking  exit 4   1 error, compared with git:main, server-first\n" in done.output
    assert done.output.endswith("exit 4: a change breaks somebody\n")
    assert rtgen("ci", "--skip", "breaking").exit_code == 3
    edit(repo, "from: client", "from: nobody")
    done = rtgen("ci", "--format", "json")
    assert (done.exit_code, steps(done)["check"]) == (1, 1)
    assert (steps(done)["generate"], steps(done)["breaking"]) == (None, None)


def test_what_can_not_be_compared_is_no_success(repo: Repository) -> None:
    done = rtgen("ci", "--against", "git:mian")
    assert done.exit_code == 2
    assert "there is no revision `mian` here" in done.output
    assert "breaking  exit 2" in done.output


def test_without_an_old_version_it_says_that_nothing_was_compared(repo: Repository) -> None:
    repo.write({"rtgen.yaml": CONFIG.replace("breaking: { against: git:main }\n", "")})
    done = rtgen("ci")
    assert done.exit_code == 0
    assert (
        "breaking  skipped  nothing to compare with: `breaking: { against: git:main }` in rtgen.yaml\n" in done.output
    )


def test_a_wrong_configuration(repo: Repository) -> None:
    repo.write({"rtgen.yaml": "specs: []\n"})
    done = rtgen("ci")
    assert done.exit_code == 2
    assert "breaking  skipped  the configuration comes first\n" in done.output


def test_every_form_holds_what_all_steps_found(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(repo, "[glad, sad, wild]", "[glad, wild]")
    edit(repo, "version: 1.0.0", "version: 1.0.1")
    rules = {"enum-value-removed", "version-not-bumped", "out-of-date"}
    assert {each["check_name"] for each in json.loads(rtgen("ci", "--format", "gitlab").output)} == rules
    (run,) = json.loads(rtgen("ci", "--format", "sarif").output)["runs"]
    assert {each["ruleId"] for each in run["results"]} == rules
    assert all("ruleIndex" in each for each in run["results"])
    suites = ET.fromstring(rtgen("ci", "--format", "junit").output)  # noqa: S314  # our own
    assert {each.get("name") for each in suites.iter("testcase")} == rules
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    done = rtgen("ci", "--format", "github")
    assert done.exit_code == 4
    assert sum(line.startswith("::error ") for line in done.output.splitlines()) == 3
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("### Contracts: a change breaks somebody\n")
    assert "| breaking | exit 4 | 2 errors, " in summary
