from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import pytest_asyncio
from cluster.nodes import Nodes, people_at, two_nodes
from faults import served
from faults.served import ServerProcess
from generated_chat import imported
from redis_server import RedisServer, redis_server
from workers import crew


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One for all that use prefixes of their own, and do it no harm."""
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated crew, its handlers, and its runtime."""
    folder = tmp_path_factory.mktemp("nodes")
    crew.generate(folder)
    return folder


@pytest.fixture(scope="session")
def chat_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated chat, whose history the delivery checker knows."""
    folder = tmp_path_factory.mktemp("fleet")
    served.generate(folder, more="")
    return folder


@pytest.fixture(scope="session")
def chat(chat_code: Path) -> ModuleType:
    """The generated package, for clients."""
    return imported(chat_code, "chat")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers(code: Path, redis: RedisServer, request: pytest.FixtureRequest) -> AsyncIterator[list[ServerProcess]]:
    """Two nodes."""
    async with two_nodes(code, redis, request.node.name) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def people(servers: list[ServerProcess]) -> AsyncIterator[Nodes]:
    """Nobody yet."""
    async with people_at(servers) as found:
        yield found
