"""`versions.py`: names that meet, words that try to get out of their quotes, and code that formatters leave alone."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from small_contracts import from_pieces

from rtgen.contract.model import Contract
from rtgen.conversion.bridging import plan_version
from rtgen.targets.python.target import TARGET
from rtgen.targets.python.version_module import versions_context
from rtgen.targets.render import render
from rtgen.targets.target import TargetRequest

NASTY = [
    'say """no"""',
    "it's",
    "back\\slash",
    "new\nline",
    "# type: ignore",
    "{{ x }}",
    "\u202eright to left",
    "ends with \\",
]


def module(now: Contract, *older: Contract) -> str:
    """The text of the module."""
    plans = [plan_version(each, now) for each in older]
    assert all(plan.is_served for plan in plans)
    return render("python/versions.py.jinja", versions_context(now, plans))


def imported(text: str) -> Any:
    made = ModuleType("versions")
    exec(compile(text, "versions.py", "exec"), made.__dict__)  # noqa: S102  # it was generated a moment ago
    return made


def is_formatted(text: str, folder: Path) -> None:
    file = folder / "versions.py"
    file.write_text(text, encoding="utf-8")
    for verb in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *verb, "--isolated", str(file)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def say(properties: dict[str, Any], **more: Any) -> Contract:
    """A contract with one event."""
    payload = {"type": "object", "properties": properties, **more}
    return from_pieces(f"events:\n  say: {{ from: client, relay: true, payload: {json.dumps(payload)} }}\n")


def test_words_of_a_contract_stay_in_their_quotes(tmp_path: Path) -> None:
    old = say({"mood": {"enum": [f"old {each}" for each in NASTY]}})
    new = say(
        {
            "mood": {"enum": NASTY, "earlier": {f"old {each}": each for each in NASTY}},
            "it's more": {"type": "string", "default": NASTY[0]},
        },
        required=["it's more"],
    )
    text = module(new, old)
    is_formatted(text, tmp_path)
    (version,) = imported(text).VERSIONS
    convert = version.sent["room.say"].payload
    for each in NASTY:
        assert convert({"mood": f"old {each}"}) == {"mood": each, "it's more": NASTY[0]}


def test_types_whose_functions_would_have_one_name(tmp_path: Path) -> None:
    """Two old types may have become one, and names that differ in capitals are one in Python."""
    schemas = "schemas:\n"
    for name in ("Left", "Right"):
        schemas += f"  {name}: {{ type: object, properties: {{ a: {{ type: string }} }} }}\n"
    payload = "{ type: object, properties: { l: { $ref: '#/schemas/Left' }, r: { $ref: '#/schemas/%s' } } }"
    event = "events:\n  say: { from: client, payload: %s }\n"
    old = from_pieces(schemas + event % (payload % "Right"))
    one = "schemas:\n  Left: { type: object, properties: { b: { type: string, was: a } } }\n"
    text = module(from_pieces(one + event % (payload % "Left")), old)
    is_formatted(text, tmp_path)
    assert "def left_from_1_0_0(" in text
    assert "def left_2_from_1_0_0(" in text
    convert = imported(text).VERSIONS[0].sent["room.say"].payload
    assert convert({"l": {"a": "x"}, "r": {"a": "y"}}) == {"l": {"b": "x"}, "r": {"b": "y"}}


def test_versions_that_differ_in_signs_only() -> None:
    old, new = say({"a": {"type": "string"}}), say({"b": {"type": "string", "was": "a"}})
    made = imported(module(new, replace(old, version="1.0.0-a.b"), replace(old, version="1.0.0-a-b")))
    assert [each.version for each in made.VERSIONS] == ["1.0.0-a.b", "1.0.0-a-b"]
    assert len({id(each.sent["room.say"].payload) for each in made.VERSIONS}) == 2


def test_parts_without_a_type_of_their_own(tmp_path: Path) -> None:
    """Lists of lists, maps of lists, and a choice between a text and a list."""
    old = {"enum": ["x", "y"]}
    new = {"enum": ["x", "z"], "earlier": {"y": "z"}}

    def shapes(leaf: dict[str, Any]) -> dict[str, Any]:
        return {
            "lists": {"type": "array", "items": {"type": "array", "items": leaf}},
            "maps": {"type": "object", "additionalProperties": {"type": "array", "items": leaf}},
            "both": {"anyOf": [leaf, {"type": "array", "items": leaf}]},
        }

    back = {"instead": {"z": "y"}}
    text = module(say(shapes({**new, **back})), say(shapes(old)))
    is_formatted(text, tmp_path)
    convert = imported(text).VERSIONS[0].sent["room.say"].payload
    assert convert({"lists": [["x", "y"], []], "maps": {"a": ["y"]}, "both": ["y"]}) == {
        "lists": [["x", "z"], []],
        "maps": {"a": ["z"]},
        "both": ["z"],
    }
    assert convert({"both": "y"}) == {"both": "z"}


@pytest.mark.parametrize("count", [1, 3, 12])
def test_any_number_of_versions(count: int, tmp_path: Path) -> None:
    new = say({"b": {"type": "string", "was": "a"}})
    older = [replace(say({"a": {"type": "string"}}), version=f"1.{each}.0") for each in reversed(range(count))]
    text = module(new, *older)
    is_formatted(text, tmp_path)
    assert [each.version for each in imported(text).VERSIONS] == [each.version for each in older]


def test_a_version_that_needs_nothing_is_served_all_the_same(tmp_path: Path) -> None:
    old = say({"a": {"type": "string"}})
    text = module(say({"a": {"type": "string"}, "b": {"type": "string"}}), old)
    is_formatted(text, tmp_path)
    (version,) = imported(text).VERSIONS
    assert (version.sent, version.heard, version.channels, version.kept) == ({}, {}, {}, {})
    assert version.hash == old.hash


def test_a_channel_called_versions_is_a_module_of_another_name() -> None:
    contract = from_pieces("channels:\n  versions: { address: versions, events: {} }\n")
    result = TARGET.generate(TargetRequest(contract, "0.0.0", {"handlers": "handlers"}, released=(contract,)))
    names = {file.path.name for file in result.files if file.path.parts[0] == "demo"}
    assert {"versions.py", "versions_.py"} <= names
