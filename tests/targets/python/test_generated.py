"""What the Python target prints, judged as a colleague's code: types, linters, formatter, the same bytes each time."""

import os
import signal
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest
from generated_chat import ROOT, generated, write

from rtgen.api import load_contract
from rtgen.files import FileKind
from rtgen.targets.python.requirements import JWT_REQUIREMENTS, PYDANTIC_REQUIREMENTS, REQUIREMENTS
from rtgen.targets.python.target import TARGET
from rtgen.targets.target import TargetRequest

BIN = Path(sys.executable).parent

WHOLE_ROOM = """
from datetime import UTC, datetime
from uuid import UUID

import chat


class Room(chat.RoomHandler):
    async def send(self, ctx: chat.RoomContext, payload: chat.RoomSendPayload) -> chat.Message:
        author = chat.Author(id=ctx.session, name=payload.name)
        when = datetime.now(UTC)
        message = chat.Message(id=UUID(ctx.params.room_id), author=author, body=payload.body, sent_at=when)
        offset: int = await ctx.posted(message)
        if offset > 1000:
            raise chat.Muted(until=when)
        return message

    async def seen(self, ctx: chat.RoomContext, payload: chat.RoomSeenPayload) -> None:
        ctx.readers(chat.RoomReadersPayload(message_id=payload.message_id, count=ctx.count))
"""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    write(generated(), tmp_path)
    return tmp_path


def run(*command: str, cwd: Path, timeout: float = 100) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "MYPY"))}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )


def mypy(folder: Path, *packages: str) -> str:
    options = [option for package in packages for option in ("-p", package)]
    done = run(str(BIN / "mypy"), "--strict", "--config-file=", *options, cwd=folder)
    return done.stdout.strip().splitlines()[-1] if done.returncode == 0 else done.stdout


def test_the_same_contract_gives_the_same_bytes() -> None:
    assert generated() == generated()


def test_files_and_their_owners() -> None:
    kinds = {file.path: file.kind for file in generated(handlers="../mine/handlers").files}
    assert kinds[PurePosixPath("chat/room.py")] is FileKind.GENERATED
    assert kinds[PurePosixPath("rtgen_runtime/session.py")] is FileKind.RUNTIME
    yours = {path for path, kind in kinds.items() if kind is FileKind.YOURS}
    assert yours == {PurePosixPath("../mine/handlers/__init__.py"), PurePosixPath("../mine/handlers/room.py")}


def test_every_handler_of_the_contract_has_a_completion() -> None:
    (room,) = [file for file in generated().files if file.path.name == "room.py" and file.kind is FileKind.YOURS]
    assert [(each.class_base, each.method) for each in room.completions] == [
        ("RoomHandler", "send"),
        ("RoomHandler", "seen"),
    ]
    for each in room.completions:
        assert "\n".join(each.lines) in room.text


def test_a_folder_that_is_no_package_is_refused() -> None:
    result = generated(handlers="my-handlers")
    assert [each.rule for each in result.findings] == ["handlers-folder"]
    assert result.files == ()


def test_requirements_are_those_of_the_project() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert all(f'"{each}"' in text for each in (*REQUIREMENTS, *JWT_REQUIREMENTS, *PYDANTIC_REQUIREMENTS))


def test_everything_passes_mypy_in_strict_mode(out: Path) -> None:
    (out / "handlers" / "room.py").write_text(WHOLE_ROOM, encoding="utf-8")
    assert mypy(out, "chat", "handlers", "rtgen_runtime").startswith("Success")


@pytest.mark.parametrize("settings", [["--isolated"], ["--config", str(ROOT / "pyproject.toml")]])
def test_linters_have_nothing_to_say(out: Path, settings: list[str]) -> None:
    done = run(str(BIN / "ruff"), "check", "--no-cache", *settings, "chat", "handlers", "rtgen_runtime", cwd=out)
    assert done.returncode == 0, done.stdout


def test_a_formatter_changes_nothing(out: Path) -> None:
    done = run(str(BIN / "ruff"), "format", "--no-cache", "--isolated", "--diff", "chat", "handlers", cwd=out)
    assert done.returncode == 0, done.stdout


def test_nothing_is_suppressed() -> None:
    for file in generated().files:
        assert "noqa" not in file.text, file.path
        assert "type: ignore" not in file.text, file.path


def test_a_contract_of_schemas_alone_is_a_package_too(tmp_path: Path) -> None:
    spec = tmp_path / "contract.yaml"
    schemas = "schemas:\n  A: { type: string }\n  ID: { type: object, properties: { a: { $ref: '#/schemas/A' } } }\n"
    spec.write_text(f"rtgen: 1\ncontract: words\nversion: 1.0.0\n{schemas}channels: {{}}\n", encoding="utf-8")
    write(TARGET.generate(TargetRequest(load_contract(spec), "0.0.0", {"handlers": "handlers"})), tmp_path)
    assert mypy(tmp_path, "words", "handlers").startswith("Success")
    check = "from words.validators import VALIDATORS; print([VALIDATORS['ID'](b) for b in (b'{}', b'1')])"
    said = run(sys.executable, "-c", f"import words; words.WordsApp(); {check}", cwd=tmp_path)
    assert said.stdout.startswith("[[], [Issue(pointer='', code='type'"), said.stderr


def test_a_missing_handler_is_named_by_the_type_checker(out: Path) -> None:
    text = WHOLE_ROOM[: WHOLE_ROOM.index("    async def seen")]
    (out / "handlers" / "room.py").write_text(text, encoding="utf-8")
    assert 'Cannot instantiate abstract class "Room" with abstract attribute "seen"' in mypy(out, "handlers")


def test_a_missing_channel_is_named_by_the_type_checker(out: Path) -> None:
    (out / "handlers" / "__init__.py").write_text("import chat\n\napp = chat.ChatApp()\n", encoding="utf-8")
    assert 'Missing named argument "room" for "ChatApp"' in mypy(out, "handlers")


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("room.py", WHOLE_ROOM[: WHOLE_ROOM.index("    async def seen")], "no handler for room.seen"),
        (
            "__init__.py",
            "import chat\n\ndef create_app():\n    return chat.ChatApp()\n",
            "no handler for channel 'room'",
        ),
        ("__init__.py", "", "has no function create_app()"),
        ("__init__.py", "def create_app():\n    return 5\n", "gave no app but int"),
    ],
)
def test_a_server_says_what_is_missing_and_does_not_start(out: Path, file: str, text: str, words: str) -> None:
    (out / "handlers" / file).write_text(text, encoding="utf-8")
    done = run(sys.executable, "-m", "chat", "--port", "0", cwd=out)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_no_handlers_at_all(out: Path) -> None:
    done = run(sys.executable, "-m", "chat", "--port", "0", "--handlers", "elsewhere", cwd=out)
    assert done.returncode == 2
    assert "no handlers in" in done.stderr


def test_a_server_says_where_it_listens_and_ends_with_0_when_told_to_stop(out: Path) -> None:
    (out / "handlers" / "room.py").write_text(WHOLE_ROOM, encoding="utf-8")
    command = [sys.executable, "-m", "chat", "--port", "0"]
    with subprocess.Popen(command, cwd=out, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            assert line.startswith("chat 1.0.0 listens on ws://127.0.0.1:")
            taken = line.rsplit(":", 1)[1].strip()
            second = run(*command[:-1], taken, cwd=out)
            assert second.returncode == 2
            assert f"can't listen on 127.0.0.1:{taken}" in second.stderr
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=60) == 0
        finally:
            server.kill()
