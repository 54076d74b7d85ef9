from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from faults.served import ServerProcess
from workers import crew


@pytest.fixture(scope="session")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated crew, its handlers, and its runtime."""
    folder = tmp_path_factory.mktemp("workers")
    crew.generate(folder)
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(code: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    """Two workers, and SQLite behind them."""
    options = ("--workers", "2", "--log-level", "warning")
    async with ServerProcess(
        code, tmp_path_factory.mktemp("disk") / "kept.db", package="crew", options=options
    ) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def people(server: ServerProcess) -> AsyncIterator[crew.Crew]:
    """Nobody yet."""
    async with crew.Crew.at(server) as found:
        yield found
