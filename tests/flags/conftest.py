from types import ModuleType

import pytest
from flags.desk import package


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The generated package."""
    return package(tmp_path_factory.mktemp("desk"))
