"""What the golden contracts become, for compilers and linters."""

from pathlib import Path

import pytest

from rtgen import api
from rtgen.source.span import file_start

CASES = sorted(path.parent for path in (Path(__file__).resolve().parents[1] / "golden").glob("*/expect"))
TARGETS = ("typescript", "react", "vue", "angular")


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the golden contracts become, a folder a contract and in it one a target."""
    folder = tmp_path_factory.mktemp("golden")
    for case in CASES:
        contract = api.load_contract(case / "contract.yaml", case)
        places = [api.Place(each, each, {}, file_start("test"), {}) for each in TARGETS]
        made, findings = api.generate([contract], places)
        assert findings == ()
        for one in made:
            for file in one.files:
                place = folder / case.name / one.out / file.path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(file.text, encoding="utf-8")
    return folder
