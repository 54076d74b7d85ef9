from types import ModuleType

import pytest
from generated_chat import generated, imported, write
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
