from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import pytest_asyncio
from browsers.chromium import Chromium
from browsers.pages import build, page_served
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
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated chat with a quick heartbeat."""
    return write(tmp_path_factory.mktemp("browsers") / "chat")


@pytest.fixture(scope="session")
def chat(code: Path) -> ModuleType:
    """The generated package, for clients."""
    return imported(code, "chat")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Chromium]:
    """One for all tests; each opens tabs of its own."""
    async with Chromium() as browser:
        yield browser
