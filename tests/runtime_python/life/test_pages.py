"""docs/operations.md and docs/publish.md say what the code does."""

import dataclasses
import re

from generated_chat import ROOT
from rtgen_runtime import Settings
from rtgen_runtime.publishing import _STATUS

RUNTIME = ROOT / "templates/python/runtime/rtgen_runtime"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
PUBLISH = (ROOT / "docs" / "publish.md").read_text(encoding="utf-8")


def test_every_setting_has_its_row_and_default() -> None:
    for field in dataclasses.fields(Settings):
        row = re.search(rf"^\|.*`{field.name}`.*\|.*\| (.*) \|$", OPERATIONS, re.MULTILINE)
        assert row is not None, field.name
        if isinstance(field.default, float):
            assert row.group(1) == f"{field.default:g}"


def test_every_option_of_serving_has_its_row() -> None:
    for name in ("serving_options.py", "transport_options.py", "stores/options.py"):
        for option in re.findall(r'"(--[a-z-]+)"', (RUNTIME / name).read_text(encoding="utf-8")):
            assert f"`{option}`" in OPERATIONS, option


def test_every_code_of_publishing_has_its_row() -> None:
    for code, status in _STATUS.items():
        assert re.search(rf"^\| {int(status)} \| .*`{code}`", PUBLISH, re.MULTILINE), code
