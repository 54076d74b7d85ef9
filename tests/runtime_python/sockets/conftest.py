"""Every test here runs over every transport: what it asserts is what a client sees, whatever carries it."""

from collections.abc import AsyncIterator
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from asgi_servers import listen_asgi
from chat_rooms import Rooms, Serve
from rtgen_runtime import listen
from rtgen_runtime.transports.serving import TRANSPORTS


@pytest.fixture
def rooms(chat: ModuleType) -> Rooms:
    return Rooms(chat)


@pytest.fixture(
    params=[*(partial(listen, transport=each) for each in TRANSPORTS), listen_asgi], ids=[*TRANSPORTS, "asgi"]
)
def serve(request: pytest.FixtureRequest) -> Serve:
    """Serves an app over one of the transports while a block runs."""
    chosen: Serve = request.param
    return chosen


@pytest.fixture
async def served(chat: ModuleType, rooms: Rooms, serve: Serve) -> AsyncIterator[tuple[Any, str]]:
    app = chat.ChatApp(room=rooms.handler())
    async with serve(app) as listening:
        yield app, listening.url
