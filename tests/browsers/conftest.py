from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import pytest_asyncio
from browsers.chromium import Chromium
from browsers.pages import EVERY, build, page_served
from browsers.served import write
from generated_chat import imported


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the proof's page is served."""
    folder = tmp_path_factory.mktemp("proof")
    build(folder)
    with page_served(folder) as url:
        yield url


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated chats: `plain`, one for those with `tickets`, and one that lets much wait for a reader, `wide`."""
    folder = tmp_path_factory.mktemp("servers")
    write(folder / "plain")
    write(folder / "tickets", ttl=2.0)
    if EVERY:
        write(folder / "wide", more="limits: { outbox: 64MiB }\n")
    return folder


@pytest.fixture(scope="session")
def chat(servers: Path) -> ModuleType:
    """The generated package, for clients."""
    return imported(servers / "plain", "chat")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Chromium]:
    """One for all tests; each opens tabs of its own."""
    async with Chromium() as browser:
        yield browser
