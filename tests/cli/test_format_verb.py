from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rtgen.cli.main import main

MESSY = (
    "contract: demo\nrtgen: 1\nversion: '1.0.0'\nchannels:\n"
    "    room: # of the room\n        events: {}\n        address: room\n"
)
NEAT = (
    "rtgen: 1\ncontract: demo\nversion: 1.0.0\n\nchannels:\n  room:  # of the room\n    address: room\n    events: {}\n"
)


def rtgen(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["format", *arguments], catch_exceptions=False)


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rtgen.yaml").write_text("specs: ['*.spec.yaml']\ntargets: { python: { out: out } }\n", encoding="utf-8")
    Path("demo.spec.yaml").write_text(MESSY, encoding="utf-8")


def text(path: str = "demo.spec.yaml") -> str:
    return Path(path).read_text(encoding="utf-8")


def test_a_contract_is_written_in_its_canonical_form_once() -> None:
    first = rtgen()
    assert (first.exit_code, first.output) == (0, "formatted demo.spec.yaml\n")
    assert text() == NEAT
    second = rtgen()
    assert (second.exit_code, second.output) == (0, "Every file is in its canonical form.\n")


def test_check_writes_nothing_shows_the_difference_and_exits_3() -> None:
    done = rtgen("--check")
    assert done.exit_code == 3
    assert "not in its canonical form: demo.spec.yaml" in done.output
    assert "+rtgen: 1\n contract: demo\n" in done.output
    assert text() == MESSY
    Path("demo.spec.yaml").write_text(NEAT, encoding="utf-8")
    assert rtgen("--check").exit_code == 0


def test_files_that_a_contract_refers_to_are_formatted_with_it() -> None:
    reference = "'./common.yaml#/schemas/A'"
    Path("demo.spec.yaml").write_text(NEAT + f"\nschemas: {{ B: {{ $ref: {reference} }} }}\n", encoding="utf-8")
    Path("common.yaml").write_text("schemas: {A:   {type: string}}\n", encoding="utf-8")
    assert rtgen().exit_code == 0
    assert text("common.yaml") == "schemas: { A: { type: string } }\n"


def test_a_file_named_alone_is_formatted_alone() -> None:
    Path("other.yaml").write_text("schemas: {A:   {type: string}}\n", encoding="utf-8")
    assert rtgen("other.yaml").output == "formatted other.yaml\n"
    assert text() == MESSY


def test_what_can_not_be_read_is_told_and_the_rest_is_formatted() -> None:
    Path("broken.spec.yaml").write_text("a: [\n", encoding="utf-8")
    done = rtgen()
    assert done.exit_code == 1
    assert "broken.spec.yaml:2:1 error yaml-syntax" in done.output
    assert text("broken.spec.yaml") == "a: [\n"
    assert text() == NEAT


def test_what_is_too_rare_is_left_alone_with_the_reason() -> None:
    Path("demo.spec.yaml").write_text("---\n" + MESSY, encoding="utf-8")
    done = rtgen()
    assert done.exit_code == 0
    assert "this file is left as it is: it begins with `---`" in done.output
    assert text() == "---\n" + MESSY


def test_other_line_ends_become_ours() -> None:
    Path("demo.spec.yaml").write_bytes(b"\xef\xbb\xbf" + NEAT.replace("\n", "\r\n").encode())
    done = rtgen("--check")
    assert (done.exit_code, "(line ends, or a byte-order mark)" in done.output) == (3, True)
    assert rtgen().exit_code == 0
    assert Path("demo.spec.yaml").read_bytes() == NEAT.encode()
