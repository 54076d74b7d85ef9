"""A run that would change nothing is recognised; what could make another run, each once, is not overlooked."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import rtgen
from rtgen import api, stamp
from rtgen.cli import circumstances, generating, remembering
from rtgen.cli import project as projects
from rtgen.cli.main import main
from rtgen.cli.project import Run

SPEC = (
    "rtgen: 1\ncontract: demo\nversion: 1.0.0\nchannels:\n  room:\n    address: room\n    events:\n"
    "      send: { from: client, payload: { $ref: './parts/common.yaml#/schemas/Note' } }\n"
)
COMMON = "schemas:\n  Note: { description: Words., type: object, properties: { text: { type: string } } }\n"
CONFIG = "specs: [specs/*.spec.yaml]\ntargets: { fake: { out: 'build/{contract}', handlers: 'mine/{contract}' } }\n"
CACHE = Path(stamp.FOLDER)


def rtgen_(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def save(path: str | Path, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


@pytest.fixture
def ready(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project below the folder one stands in: with a part in a file of its own, and a link to another."""
    monkeypatch.setattr(api, "only_own_targets", lambda _: True)
    (project / "app").mkdir()
    monkeypatch.chdir(project / "app")
    save("rtgen.yaml", CONFIG)
    save("specs/demo.spec.yaml", SPEC)
    save("specs/real/one.yaml", COMMON)
    save("specs/real/two.yaml", COMMON.replace("Words", "Sentences"))
    Path("specs/parts").mkdir()
    Path("specs/parts/common.yaml").symlink_to("../real/one.yaml")
    return project / "app"


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """One entry for each run that was really done."""
    done: list[bool] = []
    whole = projects.start

    def counted(config: Path | None, specs: Sequence[Path]) -> Run:
        done.append(True)
        return whole(config, specs)

    monkeypatch.setattr(generating, "start", counted)
    return done


def test_the_second_run_is_recognised_and_says_what_it_would_have_said(ready: Path, work: list[bool]) -> None:
    first = rtgen_("generate")
    assert "3 written, 0 unchanged" in first.output
    second = rtgen_("generate")
    assert len(work) == 1
    for each in CACHE.glob("*.json"):
        each.unlink()
    assert rtgen_("generate").output == second.output
    assert len(work) == 2
    assert "0 written, 3 unchanged" in second.output
    assert "warning event-description" in second.output


def test_check_uses_a_stamp_and_leaves_none(ready: Path, work: list[bool]) -> None:
    rtgen_("generate")
    done = rtgen_("generate", "--check")
    assert (done.exit_code, len(work)) == (0, 1)
    assert done.output.endswith("Generated code is up to date.\n")
    assert "warning event-description" in done.output
    for each in CACHE.glob("*"):
        each.unlink()
    CACHE.rmdir()
    assert rtgen_("generate", "--check").output == done.output
    assert not CACHE.exists()


def test_forms_share_a_stamp_and_each_says_its_own(ready: Path, work: list[bool]) -> None:
    rtgen_("generate")
    assert '"rule": "event-description"' in rtgen_("generate", "--format", "json").output
    assert len(work) == 2
    assert '"rule": "event-description"' in rtgen_("generate", "--format", "json").output
    assert "warning event-description" in rtgen_("generate").output
    assert len(work) == 2
    assert len(list(CACHE.glob("*.json"))) == 1


def append(path: str, text: str = "\n") -> Callable[[], object]:
    return lambda: save(path, Path(path).read_text("utf-8") + text)


def relink(path: str, to: str) -> Callable[[], object]:
    def change() -> None:
        Path(path).unlink()
        Path(path).symlink_to(to)

    return change


def moved_behind_a_link(path: str) -> Callable[[], object]:
    def change() -> None:
        Path(path).rename(f"{path}.moved")
        Path(path).symlink_to(f"{Path(path).name}.moved")

    return change


def folder_instead(path: str) -> Callable[[], object]:
    def change() -> None:
        Path(path).unlink()
        Path(path).mkdir()

    return change


CHANGES: dict[str, Callable[[], object]] = {
    "a contract": append("specs/demo.spec.yaml", "# rtgen-ignore: nothing\n"),
    "a part of one": append("specs/real/one.yaml", "# more\n"),
    "where a link to a part leads": relink("specs/parts/common.yaml", "../real/two.yaml"),
    "a contract that is now behind a link": moved_behind_a_link("specs/demo.spec.yaml"),
    "one contract more": lambda: save("specs/new.spec.yaml", SPEC.replace("demo", "other").replace(": room", ": x")),
    "a contract that is gone": lambda: Path("specs/demo.spec.yaml").unlink(),
    "the configuration": append("rtgen.yaml", "lint: { rules: { event-description: off } }\n"),
    "a configuration that is gone": lambda: Path("rtgen.yaml").unlink(),
    "an output that was edited": append("build/demo/demo/out.txt"),
    "an output that is gone": lambda: Path("build/demo/demo/out.txt").unlink(),
    "all outputs that are gone": lambda: Path("build").rename("elsewhere"),
    "an output that is a link": moved_behind_a_link("build/demo/demo/out.txt"),
    "a folder of outputs that is a link": moved_behind_a_link("build/demo"),
    "an output that is a folder": folder_instead("build/demo/demo/out.txt"),
    "the manifest": append("build/demo/.rtgen-manifest.json", " "),
    "handlers that were edited": append("mine/demo/mine.py"),
    "handlers that are gone": lambda: Path("mine/demo/mine.py").unlink(),
    "a baseline that came": lambda: save(".rtgen-baseline.json", '{"version": 1, "findings": []}'),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_changes_is_not_overlooked(ready: Path, work: list[bool], what: str) -> None:
    rtgen_("generate")
    rtgen_("generate")
    assert len(work) == 1
    CHANGES[what]()
    rtgen_("generate")
    assert len(work) == 2


def test_what_an_edit_means_is_said(ready: Path) -> None:
    rtgen_("generate")
    append("build/demo/demo/out.txt")()
    assert "error edited-file" in rtgen_("generate").output
    assert rtgen_("generate", "--check").exit_code == 3


def test_a_baseline_that_goes_or_changes(ready: Path, work: list[bool]) -> None:
    rtgen_("check", "--write-baseline")
    assert "event-description" not in rtgen_("generate").output
    known = Path(".rtgen-baseline.json").read_text("utf-8")
    assert "event-description" not in rtgen_("generate").output
    assert len(work) == 1
    Path(".rtgen-baseline.json").unlink()
    assert "warning event-description" in rtgen_("generate").output
    save(".rtgen-baseline.json", known.replace("event-description", "another-rule"))
    assert "warning event-description" in rtgen_("generate").output
    assert "warning baseline-stale" in rtgen_("generate").output


def test_a_day_that_passes(ready: Path, work: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    today = datetime.now(tz=UTC).date()
    ignored = f" # rtgen-ignore: event-description until {today} because it is new\n"
    save("specs/demo.spec.yaml", SPEC.rstrip("\n") + ignored)
    assert "event-description" not in rtgen_("generate").output
    assert "event-description" not in rtgen_("generate").output
    assert len(work) == 1

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz=UTC) + timedelta(days=1)

    monkeypatch.setattr("rtgen.cli.project.datetime", Tomorrow)
    monkeypatch.setattr(circumstances, "datetime", Tomorrow)
    said = rtgen_("generate").output
    assert "warning event-description" in said
    assert "warning ignore-expired" in said


def test_a_nearer_configuration(ready: Path, work: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    (ready / "below").mkdir()
    monkeypatch.chdir(ready / "below")
    rtgen_("generate")
    rtgen_("generate")
    assert len(work) == 1
    save("rtgen.yaml", CONFIG)
    assert "names no file" in rtgen_("generate").output


@pytest.mark.parametrize(
    "options", [("--target", "fake"), ("--out", "x"), ("--force",), ("specs/demo.spec.yaml",)], ids=" ".join
)
def test_other_options_are_another_run(ready: Path, work: list[bool], options: tuple[str, ...]) -> None:
    rtgen_("generate")
    rtgen_("generate", *options)
    assert len(work) == 2
    assert rtgen_("generate", *options).exit_code == 0
    assert len(work) == 2
    rtgen_("generate")
    assert len(work) == 2


def test_an_error_leaves_no_stamp(ready: Path) -> None:
    save("specs/demo.spec.yaml", SPEC.replace("events", "evnts"))
    assert rtgen_("generate").exit_code == 1
    assert not CACHE.exists()


@pytest.mark.parametrize(
    "path", ["specs/demo.spec.yaml", "specs/new.spec.yaml", "rtgen.yaml", "build/demo/demo/out.txt"]
)
def test_an_edit_during_the_run_leaves_no_stamp(ready: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    once = generating.generate_once

    def meanwhile(*arguments: object) -> object:
        done = once(*arguments)  # type: ignore[arg-type]
        save(path, Path(path).read_text("utf-8") + "\n" if Path(path).exists() else SPEC)
        return done

    monkeypatch.setattr(remembering, "generate_once", meanwhile)
    rtgen_("generate")
    assert not CACHE.exists()


def test_targets_of_others_are_always_asked(project: Path) -> None:
    save("rtgen.yaml", CONFIG)
    save("specs/demo.spec.yaml", SPEC.replace("./parts/", ""))
    save("specs/common.yaml", COMMON)
    assert rtgen_("generate").exit_code == 0
    assert not CACHE.exists()


@pytest.mark.parametrize("text", ["", "{}", "[]", "[" * 100_000, '{"files": 1}', "\x00"])
def test_a_stamp_of_no_use_is_no_matter(ready: Path, work: list[bool], text: str) -> None:
    rtgen_("generate")
    (stamp_file,) = CACHE.glob("*.json")
    save(stamp_file, text)
    assert rtgen_("generate").exit_code == 0
    assert len(work) == 2
    assert rtgen_("generate").exit_code == 0
    assert len(work) == 2


def test_folders_of_outputs_hold_no_stamp(ready: Path, work: list[bool]) -> None:
    for _ in range(2):
        assert rtgen_("generate", "--out", "x").exit_code == 0
    assert len(work) == 1
    assert CACHE.is_dir()
    assert not [path for path in Path("x").rglob("*") if path.name == stamp.FOLDER]


def test_a_folder_that_cannot_be_written_is_no_matter(ready: Path, work: list[bool]) -> None:
    save(CACHE, "somebody's")
    assert rtgen_("generate").exit_code == 0
    assert rtgen_("generate").exit_code == 0
    assert len(work) == 2


def test_a_link_in_place_of_the_stamps_is_left_alone(ready: Path, work: list[bool]) -> None:
    save("elsewhere/kept.json", "{}")
    CACHE.symlink_to("elsewhere")
    for _ in range(2):
        assert rtgen_("generate").exit_code == 0
    assert len(work) == 2
    assert [path.name for path in Path("elsewhere").iterdir()] == ["kept.json"]


def test_version_control_leaves_the_stamps_alone_and_they_stay_few(ready: Path) -> None:
    for number in range(20):
        save(f"rtgen{number}.yaml", CONFIG)
        rtgen_("generate", "--config", f"rtgen{number}.yaml")
    assert len(list(CACHE.glob("*.json"))) == 16
    assert (CACHE / ".gitignore").read_text("utf-8").splitlines()[-1] == "*"


def test_circumstances_are_the_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package, site = tmp_path / "rtgen", tmp_path / "site"
    save(package / "__init__.py", "")
    save(tmp_path / "templates" / "a.jinja", "")
    save(package / "checks" / "rule.py", "x")
    (site / "other-1.0.dist-info").mkdir(parents=True)
    monkeypatch.setattr(rtgen, "__file__", str(package / "__init__.py"))
    monkeypatch.setattr(sys, "path", [str(site)])
    seen = {circumstances.circumstances(), circumstances.circumstances()}
    assert len(seen) == 1
    changes: list[Callable[[], object]] = [
        lambda: save(package / "checks" / "rule.py", "xx"),
        lambda: save(tmp_path / "templates" / "a.jinja", "y"),
        (package / "checks" / "rule.py").unlink,
        lambda: (site / "other-1.0.dist-info").rename(site / "other-1.1.dist-info"),
        lambda: monkeypatch.setattr(rtgen, "__version__", "9.9.9"),
    ]
    for count, change in enumerate(changes, start=2):
        change()
        seen.add(circumstances.circumstances())
        assert len(seen) == count


def test_nothing_heavy_is_imported_for_it(tmp_path: Path) -> None:
    save(tmp_path / "demo.yaml", SPEC.replace("./parts/common.yaml#/schemas/Note", "#/schemas/Note") + COMMON)
    program = (
        "import sys\nfrom rtgen.cli.main import main\ntry:\n    main(prog_name='rtgen')\nfinally:\n"
        "    print(sorted({name.split('.')[0] for name in sys.modules} & {'yaml', 'jinja2', 'jsonschema_rs'}))\n"
    )
    command = [sys.executable, "-c", program, "generate", "demo.yaml", "--out", "out", "--target", "typescript"]
    done = [subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True) for _ in range(2)]
    assert done[0].stdout.endswith("['jinja2', 'jsonschema_rs', 'yaml']\n")
    assert done[1].stdout.endswith("[]\n")
    assert "0 written" in done[1].stdout
