"""`rtgen generate --watch` as a real process, with real edits. Each test waits for lines of its output."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_contracts import HEAD

CONTRACT = HEAD + (
    "channels:\n  room:\n    description: A room.\n    address: room\n    events:\n"
    "      note: { description: A note., from: server, payload: { $ref: './common.yaml#/schemas/Note' } }\n"
)
COMMON = (
    "schemas:\n  Note: { description: Words., type: object, properties: { text: { type: string, maxLength: 9 } } }\n"
)
MODELS = Path("out/demo/demo/models.py")


class Watch:
    """The process and what it says."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rtgen", "generate", "--watch"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def until(self, words: str) -> str:
        """All lines up to the first with these words."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if words in line:
                return "".join(lines)
        pytest.fail(f"it ended without saying {words!r}:\n{''.join(lines)}")

    def rest(self) -> str:
        return self.until("; Ctrl-C ends.")


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    monkeypatch.chdir(tmp_path)
    save("rtgen.yaml", "specs: [specs/*.spec.yaml]\ntargets: { python: { out: 'out/{contract}' } }\n")
    save("specs/demo.spec.yaml", CONTRACT)
    save("specs/common.yaml", COMMON)
    started = Watch()
    try:
        started.rest()
        yield started
    finally:
        started.process.kill()
        started.process.communicate()


def save(path: str, text: str) -> None:
    """As an editor that swaps files."""
    place = Path(path)
    place.parent.mkdir(exist_ok=True)
    place.with_suffix(".new").write_text(text, encoding="utf-8")
    place.with_suffix(".new").replace(place)


def test_an_edit_is_generated_and_told(watch: Watch) -> None:
    assert "maxLength" not in MODELS.read_text("utf-8")
    before = MODELS.read_text("utf-8")
    Path("specs/demo.spec.yaml").write_text(CONTRACT.replace("A note.", "A remark."), encoding="utf-8")
    said = watch.rest()
    assert "specs/demo.spec.yaml changed" in said
    assert "replaced out/demo/demo/room.py" in said
    assert "A remark." in Path("out/demo/demo/room.py").read_text("utf-8")
    assert MODELS.read_text("utf-8") == before


def test_files_that_contracts_refer_to_count(watch: Watch) -> None:
    save("specs/common.yaml", COMMON.replace("Words.", "Sentences."))
    said = watch.rest()
    assert "specs/common.yaml changed" in said
    assert "Sentences." in MODELS.read_text("utf-8")


def test_with_an_error_the_last_output_stays_and_the_next_edit_counts(watch: Watch) -> None:
    before = MODELS.read_text("utf-8")
    save("specs/demo.spec.yaml", CONTRACT.replace("events:", "evnts:"))
    said = watch.rest()
    assert "specs/demo.spec.yaml:8:5 error unknown-key" in said
    assert "Nothing was written." in said
    assert "What was generated last stays." in said
    assert MODELS.read_text("utf-8") == before
    save("specs/demo.spec.yaml", CONTRACT.replace("A note.", "Repaired."))
    assert "replaced" in watch.rest()
    assert "Repaired." in Path("out/demo/demo/room.py").read_text("utf-8")


def test_a_file_that_goes_is_told_and_comes_back(watch: Watch) -> None:
    Path("specs/common.yaml").unlink()
    said = watch.rest()
    assert "specs/common.yaml is gone" in said
    assert "unresolved-ref" in said
    save("specs/common.yaml", COMMON)
    said = watch.rest()
    assert "specs/common.yaml is new" in said
    assert "0 files changed" in said


def test_a_new_contract_and_a_new_configuration_count(watch: Watch) -> None:
    save("specs/other.spec.yaml", CONTRACT.replace("demo", "other"))
    assert "specs/other.spec.yaml is new" in watch.rest()
    assert Path("out/other/other/models.py").is_file()
    save("rtgen.yaml", "specs: [specs/other.spec.yaml]\ntargets: { python: { out: 'made/{contract}' } }\n")
    assert "rtgen.yaml changed" in watch.rest()
    assert Path("made/other/other/models.py").is_file()


def test_the_known_findings_count(watch: Watch) -> None:
    save("specs/demo.spec.yaml", CONTRACT.replace("description: A note., ", ""))
    assert "warning event-description" in watch.rest()
    subprocess.run([sys.executable, "-m", "rtgen", "check", "--write-baseline"], check=True, stdout=subprocess.DEVNULL)
    said = watch.rest()
    assert ".rtgen-baseline.json is new" in said
    assert "event-description" not in said
    Path(".rtgen-baseline.json").unlink()
    said = watch.rest()
    assert ".rtgen-baseline.json is gone" in said
    assert "warning event-description" in said


def test_ctrl_c_ends_it_cleanly(watch: Watch) -> None:
    os.killpg(watch.process.pid, signal.SIGINT)
    assert "No longer watching." in watch.until("No longer watching.")
    assert watch.process.wait() == 0


@pytest.mark.parametrize("option", ["--check", "--format=json"])
def test_watching_goes_with_text_and_writing_only(option: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rtgen", "generate", "--watch", option], check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "--watch goes neither with" in done.stderr


def test_a_release_counts(watch: Watch) -> None:
    released = CONTRACT.replace("1.0.0", "0.9.0").replace("./common.yaml#/schemas", "#/schemas") + COMMON
    save("specs/.released/demo@0.9.0.yaml", released)
    assert "demo@0.9.0.yaml" in watch.until("demo@0.9.0.yaml")
    watch.rest()
    assert "VERSION_0_9_0" in Path("out/demo/demo/versions.py").read_text("utf-8")
