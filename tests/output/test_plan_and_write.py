import os
from pathlib import Path, PurePosixPath

import pytest

from rtgen.files import Completion, File, FileKind
from rtgen.output.drift import drift
from rtgen.output.manifest import NAME
from rtgen.output.plan import Plan, Request, make_plan
from rtgen.output.write import WriteError, write_plans

OWNER = "chat/python"


def files(**texts: str) -> tuple[File, ...]:
    return tuple(File(PurePosixPath(name.replace("__", "/") + ".py"), text) for name, text in texts.items())


class Folder:
    """An output folder in a project of its own."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.root = project / "out"

    def plan(
        self, wanted: tuple[File, ...], owner: str = OWNER, *, complete: bool = False, force: bool = False
    ) -> Plan:
        return make_plan(Request(self.root, self.project, self.project, {owner: wanted}, complete, force))

    def write(
        self, wanted: tuple[File, ...], owner: str = OWNER, *, complete: bool = False, force: bool = False
    ) -> Plan:
        plan = self.plan(wanted, owner, complete=complete, force=force)
        assert plan.findings == []
        write_plans([plan])
        return plan

    def names(self) -> list[str]:
        found = (path for path in self.project.rglob("*") if path.is_file() and path.name != NAME)
        return sorted(path.relative_to(self.project).as_posix() for path in found)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def rules(plan: Plan) -> list[str]:
    return [each.rule for each in plan.findings]


def test_what_is_wanted_is_there_and_a_second_run_changes_nothing(folder: Folder) -> None:
    folder.write(files(a="1\n", chat__b="2\n"))
    assert folder.names() == ["out/a.py", "out/chat/b.py"]
    before = {path: path.stat().st_mtime_ns for path in folder.root.rglob("*")}
    plan = folder.write(files(a="1\n", chat__b="2\n"))
    assert plan.changes == []
    assert {path: path.stat().st_mtime_ns for path in folder.root.rglob("*")} == before


def test_only_what_changed_is_touched(folder: Folder) -> None:
    folder.write(files(a="1\n", b="2\n"))
    os.utime(folder.root / "a.py", ns=(1, 1))
    folder.write(files(a="1\n", b="3\n"))
    assert (folder.root / "a.py").stat().st_mtime_ns == 1
    assert (folder.root / "b.py").read_text() == "3\n"


def test_what_is_no_longer_generated_goes_with_its_folder(folder: Folder) -> None:
    folder.write(files(a="1\n", chat__b="2\n"))
    folder.write(files(a="1\n"))
    assert folder.names() == ["out/a.py"]
    assert not (folder.root / "chat").exists()


def test_an_edited_file_stays_when_it_is_no_longer_generated(folder: Folder) -> None:
    folder.write(files(a="1\n", b="2\n"))
    (folder.root / "b.py").write_text("mine\n")
    plan = folder.plan(files(a="1\n"))
    assert (rules(plan), plan.refused) == (["stale-edited"], False)
    write_plans([plan])
    assert (folder.root / "b.py").read_text() == "mine\n"


def test_files_of_contracts_that_are_not_in_this_run_survive(folder: Folder) -> None:
    folder.write(files(chat="1\n", runtime="r\n"), "chat/python")
    folder.write(files(other="2\n", runtime="r\n"), "other/python")
    assert folder.names() == ["out/chat.py", "out/other.py", "out/runtime.py"]
    folder.write(files(other="3\n"), "other/python")
    assert folder.names() == ["out/chat.py", "out/other.py", "out/runtime.py"]
    folder.write(files(other="3\n"), "other/python", complete=True)
    assert folder.names() == ["out/other.py"]


def test_a_foreign_file_is_never_replaced_unasked(folder: Folder) -> None:
    folder.root.mkdir()
    (folder.root / "a.py").write_text("foreign\n")
    plan = folder.plan(files(a="1\n", b="2\n"))
    assert (rules(plan), plan.refused) == (["foreign-file"], True)
    assert str(plan.findings[0].span) == "out/a.py:1:1"


def test_with_force_a_copy_is_kept(folder: Folder) -> None:
    folder.root.mkdir()
    (folder.root / "a.py").write_text("foreign\n")
    (folder.root / "a.py.orig").write_text("older\n")
    folder.write(files(a="1\n"), force=True)
    assert (folder.root / "a.py").read_text() == "1\n"
    assert (folder.root / "a.py.orig").read_text() == "older\n"
    assert (folder.root / "a.py.orig1").read_text() == "foreign\n"


def test_a_foreign_file_with_the_wanted_content_is_adopted(folder: Folder) -> None:
    folder.root.mkdir()
    (folder.root / "a.py").write_text("1\n")
    folder.write(files(a="1\n"))
    folder.write(files(a="2\n"))
    assert (folder.root / "a.py").read_text() == "2\n"


def test_an_edited_generated_file_is_refused_and_shown_as_drift(folder: Folder) -> None:
    folder.write(files(a="1\n"))
    (folder.root / "a.py").write_text("edited\n")
    plan = folder.plan(files(a="1\n"))
    assert rules(plan) == ["edited-file"]
    (found,) = drift(plan)
    assert (found.path, found.state) == ("out/a.py", "changed")
    assert found.diff.splitlines()[-2:] == ["-edited", "+1"]


def test_drift_lists_what_is_missing_changed_and_stale(folder: Folder) -> None:
    folder.write(files(a="1\n", b="2\n"))
    plan = folder.plan(files(a="9\n", c="3\n"))
    assert [(each.path, each.state) for each in drift(plan)] == [
        ("out/a.py", "changed"),
        ("out/b.py", "stale"),
        ("out/c.py", "missing"),
    ]
    assert folder.names() == ["out/a.py", "out/b.py"]


def test_a_checkout_with_other_line_ends_is_no_drift(folder: Folder) -> None:
    folder.write(files(a="1\n2\n"))
    for path in (folder.root / "a.py", folder.root / NAME):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert folder.plan(files(a="1\n2\n")).changes == []
    assert rules(folder.plan(files(a="3\n"))) == []


@pytest.mark.parametrize(
    "path", ["../a.py", "/etc/a.py", "a/../../b.py", "CON", "a/nul.txt", "a.py ", "a\\b.py", "a:b", "x" * 300]
)
def test_no_target_can_leave_the_folder(folder: Folder, path: str) -> None:
    plan = folder.plan((File(PurePosixPath(path), ""),))
    assert set(rules(plan)) == {"output-path"}
    assert plan.refused


def test_names_that_differ_in_case_only_are_refused(folder: Folder) -> None:
    assert rules(folder.plan(files(a="", A=""))) == ["output-path"]


def test_two_owners_of_one_path_must_agree(folder: Folder) -> None:
    wanted = {"a/python": files(a="1\n"), "b/python": files(a="2\n")}
    plan = make_plan(Request(folder.root, folder.project, folder.project, wanted))
    assert rules(plan) == ["output-conflict"]


@pytest.mark.parametrize("link", ["out", "out/chat", "out/chat/b.py"])
def test_links_are_not_followed(folder: Folder, link: str) -> None:
    elsewhere = folder.project / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "b.py").write_text("precious\n")
    path = folder.project / link
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(elsewhere / "b.py" if link.endswith(".py") else elsewhere)
    plan = folder.plan(files(chat__b="2\n"), force=True)
    assert rules(plan) == ["output-link"]
    assert (elsewhere / "b.py").read_text() == "precious\n"


def test_an_output_folder_outside_of_the_project_is_refused(folder: Folder, tmp_path: Path) -> None:
    plan = make_plan(Request(tmp_path / "out", tmp_path / "project", tmp_path, {OWNER: files(a="")}))
    assert rules(plan) == ["output-path"]


def test_an_unreadable_manifest_stops_the_run(folder: Folder) -> None:
    folder.write(files(a="1\n"))
    (folder.root / NAME).write_text("{}")
    assert rules(folder.plan(files(a="2\n"))) == ["bad-manifest"]


def test_when_the_disk_says_no_everything_is_as_before(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write(files(a="1\n", b="2\n"))
    plan = folder.plan(files(a="9\n", b="9\n", chat__c="9\n"))
    real, calls = Path.replace, []

    def full(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:
            raise OSError(28, "No space left on device", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(WriteError, match="No space left"):
        write_plans([plan])
    assert folder.names() == ["out/a.py", "out/b.py"]
    assert [(folder.root / name).read_text() for name in ("a.py", "b.py")] == ["1\n", "2\n"]
    assert not (folder.root / "chat").exists()


HANDLER = Completion(
    "chat.RoomHandler",
    "send",
    ("    async def send(self) -> None:", "        raise NotImplementedError"),
    "event `send`",
)
SEEN = Completion(
    "chat.RoomHandler",
    "seen",
    ("    async def seen(self) -> None:", "        raise NotImplementedError"),
    "event `seen`",
)
SKELETON = """import chat


class Room(chat.RoomHandler):
    async def send(self) -> None:
        raise NotImplementedError
"""


def yours(*completions: Completion, path: str = "../handlers/room.py") -> tuple[File, ...]:
    return (File(PurePosixPath(path), SKELETON, FileKind.YOURS, completions),)


def test_a_file_of_the_users_is_written_once_then_only_added_to(folder: Folder) -> None:
    folder.write(yours(HANDLER))
    path = folder.project / "handlers" / "room.py"
    assert path.read_text() == SKELETON
    path.write_text(SKELETON.replace("raise NotImplementedError", "return  # mine"))
    folder.write(yours(HANDLER))
    assert "# mine" in path.read_text()
    plan = folder.write(yours(HANDLER, SEEN))
    assert path.read_text() == SKELETON.replace("raise NotImplementedError", "return  # mine") + (
        "\n    async def seen(self) -> None:\n        raise NotImplementedError\n"
    )
    assert [change.added for change in plan.changes if change.added] == [("chat.RoomHandler.seen",)]
    assert folder.plan(yours(HANDLER, SEEN)).changes == []


def test_a_handler_whose_event_is_gone_is_reported_not_removed(folder: Folder) -> None:
    folder.write(yours(HANDLER, SEEN))
    folder.plan(yours(HANDLER, SEEN))
    path = folder.project / "handlers" / "room.py"
    path.write_text(SKELETON + "\n    async def seen(self) -> None:\n        pass\n")
    plan = folder.plan(yours(HANDLER))
    assert [(each.rule, str(each.span)) for each in plan.findings] == [("handler-gone", "handlers/room.py:8:5")]
    write_plans([plan])
    assert "seen" in path.read_text()
    assert rules(folder.plan(yours(HANDLER))) == ["handler-gone"]
    path.write_text(SKELETON)
    assert rules(folder.plan(yours(HANDLER))) == []


def test_a_file_of_the_users_is_never_removed(folder: Folder) -> None:
    folder.write((*files(a="1\n"), *yours(HANDLER)))
    plan = folder.plan(files(a="1\n"), complete=True)
    assert rules(plan) == ["handler-gone"]
    write_plans([plan])
    assert (folder.project / "handlers" / "room.py").is_file()


def test_files_of_the_users_stay_inside_of_the_project(folder: Folder) -> None:
    assert rules(folder.plan(yours(HANDLER, path="../../handlers/room.py"))) == ["output-path"]
