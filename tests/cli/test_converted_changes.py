"""What a generated server converts: told by `diff` and `breaking`, and no failure where the server comes first."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from repositories import CONFIG, contract

from rtgen.cli.main import main

SPEC = Path("specs/demo.yaml")
SAID = "it is converted at the edge: the generated server serves clients of demo 1.0.0"


def rtgen(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def now(version: str = "2.0.0") -> None:
    """A mood has another name now, and an old client's is converted."""
    text = contract(version=version, moods="glad, blue], earlier: { sad: blue")
    SPEC.write_text(text.replace("sad: blue], desc", "sad: blue }, desc"), encoding="utf-8")


def breaks(*more: str) -> Result:
    return rtgen("breaking", "--against", "released", *more)


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project whose version 1.0.0 was released."""
    monkeypatch.chdir(tmp_path)
    Path("specs").mkdir()
    Path("rtgen.yaml").write_text(CONFIG, encoding="utf-8")
    SPEC.write_text(contract(), encoding="utf-8")
    assert rtgen("release").exit_code == 0
    now()


def test_it_does_not_fail() -> None:
    done = breaks()
    assert done.exit_code == 0, done.output
    assert "info enum-value-removed" in done.output
    assert SAID in done.output
    (change,) = [
        each
        for each in json.loads(rtgen("diff", "released", "--format", "json").output)["contracts"][0]["changes"]
        if each["rule"] == "enum-value-removed"
    ]
    assert change["converted"]
    assert "converted at the edge" in rtgen("diff", "released").output
    assert "converted at the edge" in rtgen("diff", "released", "--format", "markdown").output


@pytest.mark.parametrize("order", ["client-first", "any"])
def test_nothing_converts_for_new_clients_at_an_old_server(order: str) -> None:
    relayed = contract().replace("from: client", "from: client\n        relay: true")
    SPEC.write_text(relayed, "utf-8")
    Path("specs/.released/demo@1.0.0.yaml").unlink()
    assert rtgen("release").exit_code == 0
    now()
    SPEC.write_text(SPEC.read_text("utf-8").replace("from: client", "from: client\n        relay: true"), "utf-8")
    assert breaks().exit_code == 0
    done = breaks("--order", order)
    assert done.exit_code == 4
    assert SAID not in done.output


def test_it_takes_a_higher_version() -> None:
    """Under its own number nothing is an older version."""
    now("1.0.0")
    done = breaks()
    assert done.exit_code == 4
    assert SAID not in done.output


def test_what_was_never_released_is_not_served() -> None:
    old = Path("old.yaml")
    old.write_text(contract(version="1.1.0"), "utf-8")
    done = rtgen("breaking", "--against", "old.yaml", str(SPEC))
    assert done.exit_code == 4
    assert "converted" not in done.output


def test_nor_is_what_has_another_content_than_was_released() -> None:
    old = Path("old.yaml")
    old.write_text(contract(moods="glad, sad, wild"), "utf-8")
    done = rtgen("breaking", "--against", "old.yaml", str(SPEC))
    assert done.exit_code == 4
    assert "converted" not in done.output


@pytest.mark.parametrize("versions", ["none", "1.1.0"])
def test_what_the_project_does_not_want_to_serve_breaks(versions: str) -> None:
    Path("rtgen.yaml").write_text(CONFIG.replace("build/python", f"build/python, versions: {versions}"), "utf-8")
    assert breaks().exit_code == 4


def test_without_a_generated_server_nobody_converts() -> None:
    Path("rtgen.yaml").write_text(CONFIG.replace("python", "typescript"), "utf-8")
    assert breaks().exit_code == 4


def test_one_thing_that_can_not_be_converted_is_enough() -> None:
    more = "            many: { type: integer, description: How many. }\n"
    SPEC.write_text(SPEC.read_text("utf-8").replace("required: [mood]", "required: [mood, many]") + more, "utf-8")
    done = breaks()
    assert done.exit_code == 4
    assert "converted" not in done.output


def test_what_is_gone_for_good_breaks_all_the_same() -> None:
    text = SPEC.read_text("utf-8").partition("    events:\n")[0]
    SPEC.write_text(f"{text}    removed: [feel]\n    events: {{}}\n", "utf-8")
    done = breaks()
    assert done.exit_code == 4
    assert "converted" not in done.output
