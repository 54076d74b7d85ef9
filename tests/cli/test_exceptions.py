"""Changes that are accepted: written with a reason and a day, and no longer than that."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from repositories import CONFIG, Repository, contract, repository

from rtgen.cli.main import main

SPEC = "specs/demo.yaml"
FILE = "rtgen.accepted.yaml"
PLACE = "room.feel payload /mood"
TODAY = datetime.now(tz=UTC).date()
LATER = str(TODAY + timedelta(days=30))


def rtgen(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def accept(rule: str, *more: str) -> Result:
    return rtgen("breaking", "--accept", rule, "--because", "no app sends it: 'sad' was never shown", *more)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository in which a mood was taken away."""
    made = repository(tmp_path, {SPEC: contract(moods="glad, sad, wild")})
    made.write({"rtgen.yaml": CONFIG + "breaking: { against: git:main }\n"})
    made.write({SPEC: contract(version="2.0.0", moods="glad, wild")})
    monkeypatch.chdir(tmp_path)
    return made


def test_an_accepted_change_passes_from_then_on(repo: Repository) -> None:
    assert rtgen("breaking").exit_code == 4
    done = accept("enum-value-removed", "--until", LATER)
    assert done.exit_code == 0
    assert f"1 accepted until {LATER}, written to {FILE}\n" in done.output
    written = (repo.folder / FILE).read_text(encoding="utf-8")
    assert written.endswith(
        "accepted:\n"
        '  - contract: "demo"\n    against: "1.0.0"\n    rule: "enum-value-removed"\n'
        f'    place: "{PLACE}"\n    because: "no app sends it: \'sad\' was never shown"\n    until: {LATER}\n'
    )
    done = rtgen("breaking")
    assert done.exit_code == 0
    assert f"1 accepted in {FILE}\n" in done.output


def test_only_at_one_place(repo: Repository) -> None:
    assert accept("enum-value-removed", "--until", LATER, "--at", "room.feel payload /other").exit_code == 2
    assert not (repo.folder / FILE).exists()
    assert accept("enum-value-removed", "--until", LATER, "--at", PLACE).exit_code == 0


def test_it_counts_for_one_old_version_only(repo: Repository) -> None:
    accept("enum-value-removed", "--until", LATER)
    repo.commit({})
    repo.write({SPEC: contract(version="3.0.0", moods="wild")})
    done = rtgen("breaking")
    assert done.exit_code == 4
    assert "error enum-value-removed" in done.output


def test_an_exception_that_is_over_no_longer_counts_and_is_told(repo: Repository) -> None:
    accept("enum-value-removed", "--until", LATER)
    path = repo.folder / FILE
    path.write_text(path.read_text(encoding="utf-8").replace(LATER, "2026-01-31"), encoding="utf-8")
    done = rtgen("breaking")
    assert done.exit_code == 4
    assert f"{FILE}:4:5 warning exception-expired\n  this exception ended on 2026-01-31\n" in done.output
    accept("enum-value-removed", "--until", LATER)
    assert "2026-01-31" not in path.read_text(encoding="utf-8"), "what is over goes when the file is written"


def test_an_exception_that_nothing_needs_is_told(repo: Repository) -> None:
    accept("enum-value-removed", "--until", LATER)
    repo.write({SPEC: contract(version="1.0.1", moods="glad, sad, wild")})
    done = rtgen("breaking")
    assert done.exit_code == 0
    assert "warning exception-unused\n" in done.output


def test_a_contract_may_be_given_up(repo: Repository) -> None:
    repo.commit({"specs/other.yaml": contract("other")})
    (repo.folder / SPEC).unlink()
    assert rtgen("breaking").exit_code == 4
    assert accept("contract-removed", "--until", LATER).exit_code == 0
    assert rtgen("breaking").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--accept", "enum-value-removd"), "Did you mean `enum-value-removed`?"),
        (("--accept", "enum-value-removed", "--until", LATER), "Say why"),
        (("--accept", "enum-value-removed", "--because", "a\nb", "--until", LATER), "in one line"),
        (("--accept", "enum-value-removed", "--because", "x"), "Say until when"),
        (("--accept", "enum-value-removed", "--because", "x", "--until", "soon"), "Say until when"),
        (("--accept", "enum-value-removed", "--because", "x", "--until", "2026-01-31"), "2026-01-31 is over"),
        (("--accept", "event-removed", "--because", "x", "--until", LATER), "found nothing that breaks here"),
        (("--because", "x"), "go with --accept RULE"),
    ],
)
def test_what_is_accepted_says_all_that_a_reader_will_ask(
    repo: Repository, arguments: tuple[str, ...], said: str
) -> None:
    done = rtgen("breaking", *arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert not (repo.folder / FILE).exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("accepted: 1\n", "wrong-type"),
        ("- a\n", "must hold `accepted:`"),
        ("accepted: [{ rule: enum-value-removed }]\n", "missing-key"),
        ("acepted: []\n", "unknown-key"),
        ("accepted: [\n", "yaml-syntax"),
        (
            "accepted: [{ contract: a, against: 1.0.0, rule: x, place: p, because: b, until: 2027-01-01 }]\n",
            "no rule about two versions is called `x`",
        ),
        (
            "accepted: [{ contract: a, against: 1.0.0, rule: reply-added, place: p, because: b, until: 2027-02-30 }]\n",
            "no day of the calendar",
        ),
    ],
)
def test_a_file_that_can_not_be_read_accepts_nothing(repo: Repository, text: str, said: str) -> None:
    repo.write({FILE: text})
    done = rtgen("breaking")
    assert done.exit_code == 2
    assert said in done.output
    assert f"{FILE}:" in done.output
