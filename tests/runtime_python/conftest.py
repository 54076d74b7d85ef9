from types import ModuleType

import pytest
from generated_chat import generated, imported, write


@pytest.fixture(scope="session")
def chat(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The generated package `chat`."""
    folder = tmp_path_factory.mktemp("chat")
    write(generated(), folder)
    return imported(folder, "chat")
