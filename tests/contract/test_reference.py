"""The reference names every construct of the language, and its examples compile."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from small_contracts import read

from rtgen.contract.language import language_text
from rtgen.schema.keywords import FORMATS, KNOWN

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "contract.md").read_text(encoding="utf-8")
LANGUAGE: dict[str, Any] = json.loads(language_text())
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
BASE = (
    "rtgen: 1\ncontract: demo\nversion: 1.0.0\nchannels:\n  room:\n    address: rooms\n    events:\n"
    "      posted: { from: server }\n      typing: { from: client, relay: true }\n"
)


@pytest.mark.parametrize(
    "section", ["channel", "event", "error", "auth", "flag", "limits", "heartbeat", "requirements"]
)
def test_every_key_is_named(section: str) -> None:
    keys = LANGUAGE["$defs"][section]["properties"]
    assert [key for key in keys if not re.search(rf"\b{re.escape(key)}\b", PAGE)] == []


def test_every_key_of_the_top_is_named() -> None:
    assert [key for key in LANGUAGE["properties"] if f"`{key}`" not in PAGE] == []


def test_every_word_and_format_of_schemas_is_named() -> None:
    assert [word for word in KNOWN if f"`{word}`" not in PAGE] == []
    assert [each for each in FORMATS if each not in PAGE] == []


@pytest.mark.parametrize("text", EXAMPLES, ids=[each.splitlines()[0] for each in EXAMPLES])
def test_every_example_compiles(text: str) -> None:
    whole = text if text.startswith("rtgen:") else BASE + text
    assert [each.message for each in read(whole).findings] == []
