"""`rtgen generate` with released versions beside the contract: what is served, and what can't be."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from repositories import CONFIG, contract

from rtgen.cli.main import main

SPEC = Path("specs/demo.yaml")
MODULE = Path("build/python/demo/versions.py")
APP = Path("build/python/demo/app.py")
KEPT = Path("specs/.released/demo@1.0.0.yaml")
RENAMED = "glad, blue], earlier: { sad: blue"


def rtgen(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def now(moods: str = "glad, sad", version: str = "2.0.0") -> None:
    """The contract as it is now, with other moods."""
    text = contract(version=version, moods=moods)
    SPEC.write_text(text.replace("sad: blue], desc", "sad: blue }, desc"), encoding="utf-8")


def config(versions: str) -> None:
    Path("rtgen.yaml").write_text(CONFIG.replace("build/python", f"build/python, versions: {versions}"), "utf-8")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project whose version 1.0.0 was released."""
    monkeypatch.chdir(tmp_path)
    Path("specs").mkdir()
    Path("rtgen.yaml").write_text(CONFIG, encoding="utf-8")
    SPEC.write_text(contract(), encoding="utf-8")
    assert rtgen("release").exit_code == 0


def test_the_version_itself_is_no_older_one() -> None:
    assert rtgen("generate").exit_code == 0
    assert not MODULE.exists()
    assert "VERSIONS" not in APP.read_text("utf-8")


def test_a_released_version_is_served() -> None:
    now(RENAMED)
    done = rtgen("generate")
    assert done.exit_code == 0, done.output
    assert '{"sad": "blue"}' in MODULE.read_text("utf-8")
    assert "versions=VERSIONS" in APP.read_text("utf-8")
    assert rtgen("generate", "--check").exit_code == 0


def test_what_can_not_be_converted_is_named() -> None:
    now("glad")
    done = rtgen("generate")
    assert done.exit_code == 0
    assert "warning version-unserved" in done.output
    assert "clients of demo 1.0.0 can't be served: room.feel payload /mood" in done.output
    assert "earlier: { sad: … }" in done.output
    assert not MODULE.exists()


def test_what_is_listed_has_to_be_served() -> None:
    config("[1.0.0]")
    now(RENAMED)
    assert rtgen("generate").exit_code == 0
    assert MODULE.exists()
    now("glad")
    done = rtgen("generate")
    assert done.exit_code == 1
    assert "error version-unserved" in done.output


def test_what_is_listed_has_to_be_there() -> None:
    config("[1.0.0, 1.1.0]")
    now(RENAMED)
    done = rtgen("generate")
    assert done.exit_code == 1
    assert "no demo 1.1.0 was released before 2.0.0" in done.output
    assert "holds 1.0.0" in done.output


def test_none_are_served_where_nobody_wants_it() -> None:
    config("none")
    now("glad")
    done = rtgen("generate")
    assert (done.exit_code, "version-unserved" in done.output, MODULE.exists()) == (0, False, False)


def test_another_word_is_refused() -> None:
    config("all")
    assert "wrong-value" in rtgen("generate").output


def test_a_new_release_is_no_run_that_changes_nothing() -> None:
    now(RENAMED)
    KEPT.rename("kept.yaml")
    assert rtgen("generate").exit_code == 0
    assert not MODULE.exists()
    Path("kept.yaml").rename(KEPT)
    assert rtgen("generate").exit_code == 0
    assert MODULE.exists()
    assert rtgen("generate").exit_code == 0


def test_the_newest_comes_first() -> None:
    text = KEPT.read_text("utf-8")
    for version in ("1.2.0", "1.10.0", "1.10.0-rc.1"):
        Path(f"specs/.released/demo@{version}.yaml").write_text(text.replace("1.0.0", version), "utf-8")
    now(RENAMED)
    assert rtgen("generate").exit_code == 0
    listed = MODULE.read_text("utf-8").rpartition("VERSIONS: Final = ")[2]
    names = [each.strip("(),") for each in listed.split()]
    assert names == ["VERSION_1_10_0", "VERSION_1_10_0_RC_1", "VERSION_1_2_0", "VERSION_1_0_0"]


def test_newer_ones_are_not_older_versions() -> None:
    KEPT.rename("specs/.released/demo@3.0.0.yaml")
    now(RENAMED)
    assert rtgen("generate").exit_code == 0
    assert not MODULE.exists()


def test_a_release_that_somebody_broke() -> None:
    KEPT.write_text(KEPT.read_text("utf-8").replace("type: object", "type: objekt"), "utf-8")
    now(RENAMED)
    done = rtgen("generate")
    assert done.exit_code == 1
    assert "demo@1.0.0.yaml" in done.output
    assert "This is a released version: bring it back as it was" in done.output
