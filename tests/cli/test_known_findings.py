"""Findings that are not shown: ignored by a comment, or known since the baseline."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rtgen.checks.baseline import can_be_known
from rtgen.cli.main import main
from rtgen.source.finding import Finding, Severity
from rtgen.source.span import file_start

HEAD = "rtgen: 1\ncontract: {name}\nversion: 1.0.0\nchannels:\n  room:\n    address: {name}\n    events:\n"
BARE = HEAD + "      sat: {{ from: server }}\n"
CONFIG = "specs: ['specs/*.yaml']\ntargets: { fake: { out: 'build/{contract}' } }\n"


def rtgen(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def spec(project: Path, name: str, text: str = BARE) -> Path:
    path = project / "specs" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.format(name=name), encoding="utf-8")
    return path


@pytest.fixture
def two(project: Path) -> Path:
    """A project of two contracts with a finding each."""
    (project / "rtgen.yaml").write_text(CONFIG, encoding="utf-8")
    spec(project, "first")
    spec(project, "second")
    return project


def test_what_the_baseline_knows_is_not_shown(two: Path) -> None:
    done = rtgen("check", "--write-baseline")
    assert (done.exit_code, done.output) == (0, ".rtgen-baseline.json: 2 known findings\n")
    first, second = json.loads((two / ".rtgen-baseline.json").read_text(encoding="utf-8"))["findings"]
    message = "event `sat` of channel `room` has no description"
    assert first == {"file": "specs/first.yaml", "rule": "event-description", "message": message, "count": 1}
    assert second["file"] == "specs/second.yaml"
    assert rtgen("check").output == "no findings (2 contracts read)\n"
    assert rtgen("check", "specs/first.yaml").output == "no findings (1 contract read)\n"


def test_what_is_new_is_shown_and_lines_may_move(two: Path) -> None:
    rtgen("check", "--write-baseline")
    spec(two, "first", "# one line more\n" + BARE + "      stood: {{ from: server }}\n")
    done = rtgen("check")
    assert "event `stood` of channel `room` has no description" in done.output
    assert done.output.endswith("1 warning (2 contracts read)\n")


def test_what_is_repaired_is_told_until_the_baseline_is_written_again(two: Path) -> None:
    rtgen("check", "--write-baseline")
    spec(two, "first", BARE.replace("server", "server, description: They rest."))
    done = rtgen("check")
    assert done.exit_code == 0
    assert done.output.startswith(".rtgen-baseline.json:1:1 warning baseline-stale\n")
    assert "`event-description` in specs/first.yaml is repaired" in done.output
    assert "baseline-stale" not in rtgen("check", "specs/second.yaml").output
    assert rtgen("check", "--write-baseline").output == ".rtgen-baseline.json: 1 known findings\n"
    assert rtgen("check").output == "no findings (2 contracts read)\n"


def test_the_configuration_names_the_file(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (two / "rtgen.yaml").write_text(CONFIG + "lint: { baseline: ci/known.json }\n", encoding="utf-8")
    done = rtgen("check")
    assert done.exit_code == 2
    assert "baseline-unreadable" in done.output
    assert rtgen("check", "--write-baseline").exit_code == 0
    monkeypatch.chdir(two / "specs")
    assert rtgen("check").output == "no findings (2 contracts read)\n"
    assert (two / "ci" / "known.json").is_file()


NEGATIVE = '{"version": 1, "findings": [{"file": "a", "rule": "b", "message": "c", "count": -1}]}'
WRONG = ["{", "[]", "[" * 100_000, '{"version": 9, "findings": []}', '{"version": 1, "findings": [{}]}', NEGATIVE]


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_a_baseline_that_is_none_exits_2(two: Path, text: str) -> None:
    (two / ".rtgen-baseline.json").write_text(text, encoding="utf-8")
    done = rtgen("check")
    assert done.exit_code == 2
    assert ".rtgen-baseline.json:1:1 error baseline-unreadable" in done.output
    assert rtgen("check", "--write-baseline").exit_code == 0
    assert rtgen("check").exit_code == 0


def test_no_baseline_of_a_contract_that_does_not_compile(two: Path) -> None:
    spec(two, "first", BARE.replace("from", "form"))
    done = rtgen("check", "--write-baseline")
    assert done.exit_code == 1
    assert "No baseline was written" in done.output
    assert not (two / ".rtgen-baseline.json").exists()


def test_an_open_door_is_never_known() -> None:
    assert not can_be_known(Finding("unserved-construct", Severity.ERROR, "open", file_start("first.yaml")))
    assert can_be_known(Finding("unserved-construct", Severity.WARNING, "no effect", file_start("first.yaml")))


def test_no_baseline_of_a_part(two: Path) -> None:
    assert rtgen("check", "specs/first.yaml", "--write-baseline").exit_code == 2
    assert rtgen("check", "--fix", "--write-baseline").exit_code == 2
    assert not (two / ".rtgen-baseline.json").exists()


def test_a_comment_ignores_one_finding(two: Path) -> None:
    note = "  # rtgen-ignore: event-* until 2999-01-01 because everybody knows\n"
    spec(two, "first", BARE.rstrip("\n") + note)
    done = rtgen("check")
    assert "specs/first.yaml" not in done.output
    assert done.output.endswith("1 warning (2 contracts read)\n")
    assert rtgen("check", "specs/first.yaml").output == "no findings (1 contract read)\n"


def test_a_comment_that_ignores_nothing_is_told(two: Path) -> None:
    note = "  # rtgen-ignore: sunset-passed until 2999-01-01 because everybody knows\n"
    spec(two, "first", BARE.rstrip("\n") + note)
    for arguments in ((), ("specs/first.yaml",)):
        assert "specs/first.yaml:8:30 warning ignore-unused\n" in rtgen("check", *arguments).output
    assert "ignore-unused" not in rtgen("check", "specs/second.yaml").output
