"""What the compiler makes of schemas, sound and damaged ones, is JSON Schema 2020-12 in the eyes of its metaschema."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from agreement.contracts import compiled
from agreement.material import Schema
from agreement.samples import drawn
from jsonschema import Draft202012Validator

from rtgen.contract.documents import definitions
from rtgen.schema.keywords import KIND_OF, STRUCTURE

_ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 1.0, "", "x", "string", "^(", "#/schemas/Root", "http://a.example/"),
    *([], [1], ["a", "a"], ["string", "string"], [{}], [True], {}, {"a": 1}, {"a": ["b", "b"]}, {"a": []}, {"^(": {}}),
)
_WORDS = sorted({*KIND_OF, *STRUCTURE} - {"sensitive", "brand"})
_SOUND = 25
_DAMAGED_EACH = 8


def _damaged(schemas: dict[str, Schema], dice: Random) -> dict[str, Schema]:
    """The schemas with one word, that is there or not, saying something that it most likely can't."""
    made = deepcopy(schemas)
    node = dice.choice([each for schema in made.values() for each in _nodes(schema)])
    word = dice.choice([*node, *node, dice.choice(_WORDS)])
    node[word] = deepcopy(dice.choice(_ODD))
    return made


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _nodes(each)


@pytest.mark.parametrize("seed", [1])
def test_what_the_compiler_hands_on_is_valid_json_schema(seed: int, tmp_path: Path) -> None:
    dice = Random(seed)  # noqa: S311  # repeatable, not secret
    sound = [dict(each.schemas) for each in drawn(f"metaschema {seed}", _SOUND, 1)]
    families = [*sound, *(_damaged(each, dice) for each in sound for _ in range(_DAMAGED_EACH))]
    made = compiled(tmp_path, list(families))
    assert made.contract is not None
    judge = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    documents = definitions(made.contract)
    assert [json.dumps(each) for each in documents.values() if not judge.is_valid(each)] == []
    assert _SOUND // 2 < len(made.accepted) < len(families) // 2, "most damage is refused"
