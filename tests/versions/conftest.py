"""Contracts generated once for all tests here."""

from collections.abc import Iterator

import pytest
from versions.packages import Packages


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Packages]:
    made = Packages(tmp_path_factory.mktemp("versions"))
    yield made
    made.close()
