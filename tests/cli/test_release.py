"""`rtgen release`: versions that are kept beside the contract, and what is compared with them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from repositories import CONFIG, contract

from rtgen import api
from rtgen.cli.main import main

SPEC = Path("specs/demo.yaml")
KEPT = Path("specs/.released/demo@1.0.0.yaml")
ROOT = Path(__file__).parents[2]
SHARED = """\
schemas:
  Mood: { description: How., type: object, required: [word], properties: { word: { $ref: '#/schemas/Word' } } }
  Word: { description: A word., type: string, maxLength: 20 }
  Unused: { description: Nobody's., type: integer }
"""
OF_TWO = """\
rtgen: 1
contract: demo
version: 1.0.0
description: About moods.
channels:
  room:
    description: Where people meet.
    address: demo
    events:
      feel: { description: Say how., from: client, payload: { $ref: './parts/shared.yaml#/schemas/Mood' } }
      sigh:
        description: Say how.
        from: client
        payload: { $ref: './parts/shared.yaml#/schemas/Mood/properties/word' }
"""


def rtgen(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def write(text: str) -> None:
    SPEC.write_text(text, encoding="utf-8", newline="\n")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project with one contract that was never released."""
    monkeypatch.chdir(tmp_path)
    Path("specs").mkdir()
    Path("rtgen.yaml").write_text(CONFIG, encoding="utf-8")
    write(contract())


def test_a_release_is_the_contract_alone() -> None:
    assert rtgen("release").exit_code == 0
    assert api.load_contract(KEPT).hash == api.load_contract(SPEC).hash
    again = rtgen("release")
    assert again.exit_code == 0
    assert "is released already" in again.output


@pytest.mark.parametrize("pattern", ["specs/*.yaml", "specs/**/*.yaml"])
def test_no_pattern_finds_a_release(pattern: str) -> None:
    rtgen("release")
    Path("rtgen.yaml").write_text(CONFIG.replace("specs/*.yaml", pattern), encoding="utf-8")
    assert rtgen("check").exit_code == 0


def test_several_files_are_one_document() -> None:
    Path("specs/parts").mkdir()
    shared = Path("specs/parts/shared.yaml")
    shared.write_text(SHARED, encoding="utf-8")
    write(OF_TWO)
    assert rtgen("release").exit_code == 0
    whole = api.load_contract(SPEC)
    shared.unlink()
    kept = api.load_contract(KEPT)
    assert kept.hash == whole.hash
    assert {each.name: each.node for each in kept.types} == {each.name: each.node for each in whole.types}
    assert kept.channels == whole.channels
    assert "Unused" not in KEPT.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["chat", "collab", "notifications"])
def test_what_we_ship_can_be_released(name: str) -> None:
    for each in (ROOT / "specs").glob("*.yaml"):
        Path("specs", each.name).write_bytes(each.read_bytes())
    assert rtgen("release", f"specs/{name}.yaml").exit_code == 0
    (kept,) = Path("specs/.released").glob(f"{name}@*.yaml")
    assert api.load_contract(kept).hash == api.load_contract(ROOT / "specs" / f"{name}.yaml").hash


def test_what_was_released_stays_as_it_is() -> None:
    rtgen("release")
    before = KEPT.read_bytes()
    write(contract(moods="glad, sad, wild"))
    done = rtgen("release")
    assert done.exit_code == 4
    assert "release-exists" in done.output
    assert KEPT.read_bytes() == before


def test_a_break_is_marked_by_the_version_or_refused() -> None:
    rtgen("release")
    write(contract(version="1.1.0", moods="glad"))
    done = rtgen("release")
    assert done.exit_code == 4
    assert "enum-value-removed" in done.output
    assert [each.name for each in KEPT.parent.iterdir()] == [KEPT.name]
    write(contract(version="2.0.0", moods="glad"))
    assert rtgen("release").exit_code == 0


def test_an_accepted_break_is_released() -> None:
    rtgen("release")
    write(contract(version="1.1.0", moods="glad"))
    because = ("--because", "nobody is sad", "--until", "2999-01-01")
    asked = ("--accept", "enum-value-removed", "--accept", "version-not-bumped", *because)
    assert rtgen("breaking", "--against", "released", *asked).exit_code == 0
    assert rtgen("release").exit_code == 0


def test_the_newest_release_is_compared_with() -> None:
    for version, moods in (("1.9.0", "glad, sad"), ("1.10.0", "glad, sad, wild")):
        write(contract(version=version, moods=moods))
        assert rtgen("release").exit_code == 0
    write(contract(version="1.11.0"))
    done = rtgen("breaking", "--against", "released")
    assert done.exit_code == 4
    assert '"wild"' in done.output
    assert "demo 1.10.0 → 1.11.0" in rtgen("diff", "released").output


def test_without_a_release_it_is_said_what_to_do() -> None:
    done = rtgen("breaking", "--against", "released")
    assert done.exit_code == 2
    assert "rtgen release" in done.output


def test_a_contract_with_an_error_is_not_released() -> None:
    write(contract() + "nonsense: 1\n")
    assert rtgen("release").exit_code == 1
    assert not KEPT.exists()


def test_nothing_is_released_where_one_is_refused() -> None:
    rtgen("release")
    write(contract(moods="glad"))
    Path("specs/other.yaml").write_text(contract("other"), encoding="utf-8")
    assert rtgen("release").exit_code == 4
    assert [each.name for each in KEPT.parent.iterdir()] == [KEPT.name]


_WAVE = "      wave: { description: Hello., from: client, deprecated: { sunset: 2020-01-01 } }\n"
TWO = contract().replace("      feel:", f"{_WAVE}      feel:")


def test_names_that_are_given_up_are_to_be_kept() -> None:
    """They are no errors: what they break is said by the step of the version."""
    write(TWO)
    assert rtgen("release").exit_code == 0
    write(contract(version="2.0.0"))
    done = rtgen("release")
    assert done.exit_code == 0
    assert "warning removed-unsaid" in done.output
    assert "events of `room` that this version gives up: `wave`" in done.output
    assert "Write `removed: [wave]` in the channel `room`" in done.output


def test_names_that_are_kept_are_said() -> None:
    write(TWO)
    assert rtgen("release").exit_code == 0
    write(contract(version="2.0.0").replace("    address: demo\n", "    address: demo\n    removed: [wave]\n"))
    done = rtgen("release")
    assert (done.exit_code, "removed-unsaid" in done.output) == (0, False)


def test_a_renamed_event_is_not_given_up() -> None:
    write(TWO)
    assert rtgen("release").exit_code == 0
    write(TWO.replace("1.0.0", "2.0.0").replace("wave: {", "hail: { was: wave,"))
    done = rtgen("release")
    assert (done.exit_code, "removed-unsaid" in done.output) == (0, False)


def test_channels_are_told_with_those_that_are_listed() -> None:
    more = "  hall: { description: A hall., address: hall, events: {} }\n"
    write("removed: [den]\n".join(["", contract()]) + more)
    assert rtgen("release").exit_code == 0
    write("removed: [den]\n".join(["", contract(version="2.0.0")]))
    assert "Write `removed: [den, hall]` in the contract" in rtgen("release").output
