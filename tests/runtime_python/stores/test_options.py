"""`--store` and `--durability`, up to a server that is started with them."""

import argparse
import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import pytest
from generated_chat import ROOT, generated, write
from kept_conversation import app
from rtgen_runtime.errors import CannotOpenStore, UsageError
from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.stores.options import add_store_options, use_store
from rtgen_runtime.stores.sqlite.store import SqliteStore

HANDLERS = """
import chat


class Room(chat.RoomHandler):
    async def send(self, ctx, payload):
        raise NotImplementedError

    async def seen(self, ctx, payload):
        raise NotImplementedError


def create_app():
    return chat.ChatApp(room=Room())
"""


def given(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_store_options(parser)
    return parser.parse_args(arguments)


async def test_a_file_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "it.db"
    server = app()
    use_store(server, given("--store", f"sqlite:{path}", "--durability", "process"))
    assert server.has_store
    with pytest.raises(CannotOpenStore, match="in use"):
        SqliteStore(path, patience=0.0)
    await server.stop()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--store", "redis:x"), "sqlite:PATH or memory, or redis://HOST, not redis:x"),
        (("--store", "redis://x", "--durability", "disk"), "belongs to --store sqlite"),
        (("--on-broker-loss", "refuse"), "belongs to --store redis"),
        (("--check",), "belongs to --store redis"),
        (("--store", "sqlite:"), "sqlite:PATH or memory"),
        (("--durability", "disk"), "belongs to --store sqlite"),
        (("--store", "memory", "--durability", "disk"), "belongs to --store sqlite"),
    ],
)
def test_what_makes_no_sense_is_said(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        use_store(app(), given(*arguments))


def test_an_app_with_a_store_of_its_own_keeps_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="create_app"):
        use_store(app(MemoryStore()), given("--store", f"sqlite:{tmp_path / 'it.db'}"))
    assert not (tmp_path / "it.db").exists()


async def test_a_server_started_with_a_file_uses_it(tmp_path: Path) -> None:
    write(generated(), tmp_path)
    handlers = tmp_path / "mine"
    handlers.mkdir()
    (handlers / "__init__.py").write_text(HANDLERS, encoding="utf-8")
    path = tmp_path / "chat.db"
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT / 'templates/python/runtime'}"}
    command = ("-m", "chat", "--port", "0", "--handlers", str(handlers), "--store", f"sqlite:{path}")

    async def started() -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            cwd=tmp_path,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    first = await started()
    assert first.stdout is not None
    assert re.search(rb"ws://", await first.stdout.readline())
    first.send_signal(signal.SIGTERM)
    assert await first.wait() == 0
    path.write_bytes(b"no database")
    second = await started()
    _, said = await second.communicate()
    assert second.returncode == 2
    assert b"chat.db" in said
    assert b"Traceback" not in said
