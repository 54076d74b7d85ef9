"""Hand-made clients of the chat, for tests of how servers end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

ROOM: Final = "rooms/general"


@asynccontextmanager
async def member(url: str, name: str = "raw") -> AsyncIterator[ClientConnection]:
    """A socket that has said hello and joined."""
    async with connect(url, subprotocols=[Subprotocol("rtgen.v1.json")], compression=None) as socket:
        await socket.send(json.dumps(["$hello", {"contract": "chat", "version": "1.0.0", "hash": "", "client": name}]))
        assert (await heard(socket))[0] == "$welcome"
        await socket.send(json.dumps(["$join", 1, ROOM]))
        assert (await heard(socket))[0] == "$joined"
        yield socket


async def heard(socket: ClientConnection) -> Any:
    async with asyncio.timeout(20):
        return json.loads(await socket.recv())
