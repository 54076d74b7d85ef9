"""The generated chat as a process that says who comes and goes."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faults.served import ServerProcess, generate

_TICKETS = """
auth:
  jwt:
    claims: { type: object, required: [sub], properties: { sub: { type: string } } }
"""

_HANDLERS = '''
import json
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

import chat
from rtgen_runtime import Handshake, Identity, NotAuthenticated
from rtgen_runtime.settings import Settings


def note(**what):
    """Tell the test."""
    print(json.dumps(what), flush=True)


class Room(chat.RoomHandler):
    async def join(self, ctx):
        note(joined=ctx.session)

    async def leave(self, ctx):
        note(left=ctx.session)

    def authorise(self, ctx):
        note(renewed=ctx.session)

    async def send(self, ctx, payload):
        """Post it; what begins with a number and an asterisk, so many times."""
        times, star, _ = payload.body.partition("*")
        for number in range(int(times) if star else 1):
            body = f"{number}" if star else payload.body
            message = chat.Message(
                id=uuid5(NAMESPACE_URL, body),
                author=chat.Author(id=ctx.session, name=payload.name),
                body=body,
                sent_at=datetime(2026, 1, 1, 12, tzinfo=UTC),
            )
            await ctx.posted(message)
        return message

    async def seen(self, ctx, payload):
        """Nothing."""


class Tickets:
    """`ticket-7` is good for some seconds, from each time it is shown."""

    async def authenticate(self, token, handshake):
        note(shown=token)
        if token is None or not token.startswith("ticket-"):
            raise NotAuthenticated("no ticket")
        return Identity("ada", {"sub": "ada"}, ttl=TTL)


def create_app():
    return chat.ChatApp(room=Room(), settings=Settings(drain_window=2.0)AUTH)
'''


def write(folder: Path, ttl: float = 0.0, more: str = "") -> None:
    """A server: anybody may come, or with `ttl` who has a ticket, which holds so many seconds.

    `more` is for the end of the contract.
    """
    folder.mkdir()
    auth = ", auth=Tickets()" if ttl else ""
    generate(folder, f"\n{more}{_TICKETS if ttl else ''}", _HANDLERS.replace("TTL", str(ttl)).replace("AUTH", auth))


@dataclass(slots=True)
class WatchedServer(ServerProcess):
    """What its handlers say is kept, over restarts too."""

    notes: list[dict[str, Any]] = field(default_factory=list)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _reading: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        await ServerProcess.start(self)
        self._reading = asyncio.create_task(self._read())

    async def kill(self) -> None:
        await ServerProcess.kill(self)
        if self._reading is not None:
            await self._reading

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def of(self, kind: str) -> list[Any]:
        """What was noted of a kind, in order."""
        return [note[kind] for note in self.notes if kind in note]

    async def until(self, enough: Callable[[], bool]) -> None:
        """Wait until what is noted suffices."""
        async with self._changed:
            await self._changed.wait_for(enough)

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            async with self._changed:
                self.notes.append(json.loads(line))
                self._changed.notify_all()
