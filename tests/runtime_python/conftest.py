from collections.abc import Iterator
from types import ModuleType

import pytest
from generated_chat import generated, imported, write
from redis_server import RedisServer, redis_server
from rtgen_runtime.transports import serving
from rtgen_runtime.transports.serving import TRANSPORTS


@pytest.fixture(params=TRANSPORTS)
def each_transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Runs a test over every transport of `listen`, by making it the default."""
    chosen: str = request.param
    monkeypatch.setattr(serving, "DEFAULT", chosen)
    return chosen


@pytest.fixture(scope="session")
def chat(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The generated package `chat`."""
    folder = tmp_path_factory.mktemp("chat")
    write(generated(), folder)
    return imported(folder, "chat")


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One for all that use prefixes of their own."""
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server
