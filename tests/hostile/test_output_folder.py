"""Group B, rows B5, B6 and B10: what is written where, and that it is the same bytes each time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hostile_contracts import generate
from small_contracts import HEAD, with_payload

from rtgen.cli.main import main

CONTRACT = HEAD + (
    "title: T\u00eftle\nchannels:\n  room:\n    address: rooms/{id}\n    parameters: { id: { type: string } }\n"
    "    events:\n      send: { description: S\u00ebnd., from: client, payload: { type: object, properties: "
    "{ a: { enum: [x, y] }, b: { type: string, pattern: '^[a-z]+$' } } } }\n"
    "      sent: { description: Sent., from: server, payload: { type: string } }\n"
)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("demo.yaml").write_text(CONTRACT, encoding="utf-8")


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["generate", "demo.yaml", "--out", "out", *arguments], catch_exceptions=False)
    return done.exit_code, done.output


def snapshot(folder: str = "out") -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("name", ["con", "nul", "aux", "com1", "lpt9"])
def test_b5_no_file_is_named_after_a_device(name: str) -> None:
    told = generate(CONTRACT.replace("demo", name))
    assert told.exit_code in {0, 1, 2}
    assert (told.exit_code == 0) == bool(told.written)
    assert not any(part.split(".")[0] == name for path in told.written for part in path.split("/")[2:])


def test_b5_names_choose_no_path() -> None:
    """The only files that differ between two contracts are those named after the contract and its channels."""
    plain = generate(CONTRACT)
    assert plain.exit_code == 0
    hostile = generate(CONTRACT.replace("rooms/{id}", "../../../{id}").replace("a: {", "../../x: {"))
    assert hostile.exit_code == 0
    assert hostile.written == plain.written
    assert {path.name for path in Path().iterdir()} == {"demo.yaml", "out", ".rtgen_cache"}


def test_b5_channels_that_differ_in_case_only_are_one_name() -> None:
    two = CONTRACT + "  rOOM: { address: other, events: {} }\n"
    assert "name-collision" in generate(two).rules
    assert not Path("out").exists()


@pytest.mark.parametrize("link", ["out", "out/demo", "out/demo/python", "out/demo/python/demo"])
def test_b6_links_are_not_followed(link: str) -> None:
    target = Path("elsewhere")
    target.mkdir()
    (target / "mine.txt").write_text("mine", encoding="utf-8")
    Path(link).parent.mkdir(parents=True, exist_ok=True)
    Path(link).symlink_to(target.absolute())
    code, said = run()
    if link == "out":  # the user named it: where it leads is where they want it
        assert code in {0, 2}
    else:
        assert code == 2
        assert "output-link" in said
        assert snapshot("elsewhere") == {"mine.txt": b"mine"}
    assert (target / "mine.txt").read_text("utf-8") == "mine"


def test_b6_a_link_in_place_of_a_file_is_not_written_through() -> None:
    run()
    victim = Path("victim.txt")
    victim.write_text("mine", encoding="utf-8")
    file = Path("out/demo/python/demo/__init__.py")
    file.unlink()
    file.symlink_to(victim.absolute())
    before = snapshot()
    code, said = run("--force")
    assert (code, victim.read_text("utf-8")) == (2, "mine")
    assert "output-link" in said
    assert snapshot() == before


def test_b6_a_link_where_new_content_is_prepared_is_not_written_through() -> None:
    Path("out/demo/python/demo").mkdir(parents=True)
    victim = Path("victim.txt")
    victim.write_text("mine", encoding="utf-8")
    Path("out/demo/python/demo/__init__.py.rtgen-new").symlink_to(victim.absolute())
    assert run()[0] == 0
    assert victim.read_text("utf-8") == "mine"
    assert not Path("out/demo/python/demo/__init__.py").is_symlink()


def test_b6_edited_and_foreign_files_are_kept() -> None:
    run()
    edited = Path("out/demo/python/demo/__init__.py")
    edited.write_text("# mine\n", encoding="utf-8")
    foreign = Path("out/demo/python/demo/notes.txt")
    foreign.write_text("mine", encoding="utf-8")
    before = snapshot()
    Path("demo.yaml").write_text(CONTRACT.replace("sent:", "told:"), encoding="utf-8")
    assert run()[0] == 2
    assert snapshot() == before
    assert run("--force")[0] == 0
    assert foreign.read_text("utf-8") == "mine"
    assert Path("out/demo/python/demo/__init__.py.orig").read_text("utf-8") == "# mine\n"


def test_b6_a_folder_that_can_not_be_written_leaves_everything_as_it_was() -> None:
    run()
    before = snapshot()
    Path("demo.yaml").write_text(CONTRACT.replace("sent:", "told:"), encoding="utf-8")
    # A folder stands where the new content would be put beside its place; nobody, not even root, can write there.
    Path("out/demo/python/demo/room.py.rtgen-new").mkdir()
    code, said = run()
    assert code == 2
    assert "output-unwritable" in said
    assert snapshot() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_b6_a_folder_without_the_right_to_write() -> None:
    run()
    before = snapshot()
    Path("demo.yaml").write_text(CONTRACT.replace("sent:", "told:"), encoding="utf-8")
    locked = Path("out/demo/python/demo")
    locked.chmod(0o500)
    try:
        assert run()[0] == 2
    finally:
        locked.chmod(0o700)
    assert snapshot() == before


def test_b10_other_surroundings_give_the_same_bytes(tmp_path: Path) -> None:
    made = []
    surroundings = [
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
        {"PYTHONHASHSEED": "77", "LC_ALL": "C.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu", "PYTHONUTF8": "0"},
    ]
    for number, environment in enumerate(surroundings):
        folder = tmp_path / f"run {number}" / ("deep/" * number)
        folder.mkdir(parents=True)
        (folder / "demo.yaml").write_text(with_payload("{ enum: [\u00e9, b, a] }"), encoding="utf-8")
        subprocess.run(
            [sys.executable, "-m", "rtgen", "generate", "demo.yaml", "--out", "out"],
            check=True,
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
        )
        made.append(snapshot(str(folder / "out")))
    assert made[0] == made[1]
    assert len(made[0]) > 20
