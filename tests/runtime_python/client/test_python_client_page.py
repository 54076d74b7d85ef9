"""The code of docs/python-client.md runs, against a chat that is really served."""

import asyncio
import inspect
import re
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from rtgen_runtime import listen

PAGE = Path(__file__).resolve().parents[3] / "docs" / "python-client.md"
CODE = "\n".join(re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))
NAMES = re.findall(r"^async def (\w+)", CODE, re.MULTILINE)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def handlers(chat: ModuleType) -> Any:
    class Room(chat.RoomHandler):  # type: ignore[name-defined, misc]
        async def join(self, ctx: Any) -> None: ...

        async def send(self, ctx: Any, payload: Any) -> Any:
            if payload.body == "mute":
                raise chat.Muted(until=NOW)
            author = chat.Author(id="x", name="X")
            message = chat.Message(id=uuid4(), author=author, body=payload.body, sent_at=NOW)
            await ctx.posted(message)
            return message

        def seen(self, ctx: Any, payload: Any) -> None: ...

    class Lobby(chat.LobbyHandler):  # type: ignore[name-defined, misc]
        async def join(self, ctx: Any) -> None: ...

    return {"room": Room(), "lobby": Lobby()}


@pytest.mark.parametrize("name", NAMES)
async def test_the_code_of_the_page(name: str, chat: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "chat", chat)
    page: dict[str, Any] = {}
    exec(compile(CODE, str(PAGE), "exec"), page)  # noqa: S102 - it is our own page
    run: Callable[[str], Awaitable[None]] = page[name]
    assert inspect.iscoroutinefunction(run)
    async with listen(chat.ChatApp(**handlers(chat))) as listening, asyncio.timeout(20):
        await run(listening.url)


def test_the_page_has_the_parts_that_it_promises() -> None:
    assert NAMES == ["first", "careful", "listening", "reading", "watching", "resuming", "loading"]
