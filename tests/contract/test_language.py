"""The schemas that editors get say the same as the compiler."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rtgen.config import config_text
from rtgen.contract.language import language_text
from rtgen.schema.keywords import FORMATS, KNOWN, REFUSED, TYPES
from rtgen.source.loader import load
from rtgen.source.nodes import plain

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGE: dict[str, Any] = json.loads(language_text())
CONFIG: dict[str, Any] = json.loads(config_text())
CONTRACTS = [
    *(ROOT / "specs" / f"{name}.yaml" for name in ("chat", "collab", "notifications")),
    ROOT / "rtgen/starter/specs/hello.yaml",
    ROOT / "tests/contract/everything.yaml",
]


def schemas(node: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
        for key, each in node.items():
            yield from schemas(each, f"{path}/{key}")


@pytest.mark.parametrize("schema", [LANGUAGE, CONFIG], ids=["contract", "config"])
def test_the_schemas_are_schemas(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.name)
def test_an_editor_finds_nothing_wrong_with_our_contracts(path: Path) -> None:
    root = load(path).root
    assert root is not None
    assert [problem.message for problem in Draft202012Validator(LANGUAGE).iter_errors(plain(root))] == []


@pytest.mark.parametrize("path", [ROOT / "rtgen.yaml", ROOT / "rtgen/starter/rtgen.yaml"], ids=["ours", "starter"])
def test_an_editor_finds_nothing_wrong_with_our_configurations(path: Path) -> None:
    root = load(path).root
    assert root is not None
    assert [problem.message for problem in Draft202012Validator(CONFIG).iter_errors(plain(root))] == []


def test_the_words_of_a_schema_are_those_of_the_parser() -> None:
    words = LANGUAGE["$defs"]["schema"]["properties"]
    assert set(words) == KNOWN
    assert set(words["format"]["enum"]) == set(FORMATS)
    assert set(LANGUAGE["$defs"]["simpleType"]["enum"]) == set(TYPES)
    assert KNOWN & set(REFUSED) == set()


@pytest.mark.parametrize("schema", [LANGUAGE, CONFIG], ids=["contract", "config"])
def test_every_mistake_is_one_error(schema: dict[str, Any]) -> None:
    choices = [path for path, node in schemas(schema) if isinstance(node.get("oneOf", node.get("anyOf")), list)]
    assert [path for path in choices if not path.startswith("#/$defs/schema/")] == []


@pytest.mark.parametrize("schema", [LANGUAGE, CONFIG], ids=["contract", "config"])
def test_every_key_is_explained(schema: dict[str, Any]) -> None:
    silent = [
        f"{path}/{key}"
        for path, node in schemas(schema)
        if isinstance(node.get("properties"), dict)
        and path.rpartition("/")[2] not in {"if", "then", "else", "properties"}
        for key, each in node["properties"].items()
        if "description" not in each
        and "description" not in schema["$defs"].get(each.get("$ref", "").rpartition("/")[2], {})
        and each.get("const") != "sender"
    ]
    assert silent == []
