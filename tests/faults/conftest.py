from pathlib import Path
from types import ModuleType

import pytest
from faults.served import generate
from generated_chat import imported


@pytest.fixture(scope="session")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated chat, its handlers, and its runtime."""
    folder = tmp_path_factory.mktemp("faults")
    generate(folder)
    return folder


@pytest.fixture(scope="session")
def chat(code: Path) -> ModuleType:
    """The generated package, for clients."""
    return imported(code, "chat")
