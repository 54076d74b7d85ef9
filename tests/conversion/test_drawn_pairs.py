"""Versions drawn by dice: where a plan says that it can be done, what it makes is what the other version accepts.

`jsonschema` judges, which shares nothing with the planner; what converts is the generated module itself.
"""

import json
import os
from random import Random
from types import ModuleType
from typing import Any

from conversion.drawn_pairs import Pairs, Schema, value_of
from jsonschema import Draft202012Validator
from small_contracts import read

from rtgen.contract.model import Contract
from rtgen.conversion.bridging import plan_version
from rtgen.conversion.versions import VersionPlan
from rtgen.targets.python.version_module import versions_context
from rtgen.targets.render import render

ROUNDS = int(os.environ.get("ROUNDS", "1"))
PAIRS = 60
VALUES = 8


def as_contract(schemas: dict[str, Schema], version: str) -> Contract | None:
    """A contract that carries the schema `Root` each way; `None` where the dice made nonsense."""
    root = {"$ref": "#/schemas/Root"}
    events = {
        "send": {"from": "client", "payload": root, "reply": root},
        "typing": {"from": "client", "relay": True, "payload": root},
        "posted": {"from": "server", "recorded": True, "payload": root},
    }
    document = {
        "rtgen": 1,
        "contract": "drawn",
        "version": version,
        "schemas": schemas,
        "channels": {"room": {"address": "room", "history": {"keep": 9, "for": "1d"}, "events": events}},
    }
    return read(json.dumps(document)).contract


def module_of(plan: VersionPlan) -> Any:
    """The generated module, imported."""
    text = render("python/versions.py.jinja", versions_context(plan.now, [plan]))
    made = ModuleType("versions")
    exec(compile(text, "versions.py", "exec"), made.__dict__)  # noqa: S102  # it was generated a moment ago
    return made


def judge_of(contract: Contract) -> Draft202012Validator:
    """What the contract says of the payload, by another judge."""
    documents = {each.name: each.document for each in contract.types}
    return Draft202012Validator({"$defs": documents, "$ref": "#/$defs/Root"})


def drawn(seed: int) -> tuple[Pairs, Contract, Contract] | None:
    """Two versions; `None` where one of them does not compile."""
    pairs = Pairs(Random(seed), careful=seed % 3 > 0)  # noqa: S311  # repeatable, not secret
    pairs.named("Part", 1)
    pairs.named("Root", 2)
    old, new = as_contract(pairs.old, "1.0.0"), as_contract(pairs.new, "2.0.0")
    return None if old is None or new is None else (pairs, old, new)


def test_what_is_served_is_converted_to_what_the_other_accepts() -> None:
    served = refused = changed = 0
    for seed in range(PAIRS * ROUNDS):
        found = drawn(seed)
        if found is None:
            continue
        pairs, old, new = found
        plan = plan_version(old, new)
        if not plan.is_served:
            refused += 1
            continue
        served += 1
        changed += _converted(pairs, plan, Random(seed))  # noqa: S311  # repeatable, not secret
    assert served > PAIRS * ROUNDS / 3
    assert refused > PAIRS * ROUNDS / 20
    assert changed > served


def _converted(pairs: Pairs, plan: VersionPlan, dice: Random) -> int:
    """How many values became others; each is what the other version accepts."""
    (version,) = module_of(plan).VERSIONS
    sent, heard, kept = version.sent.get("room.send"), version.heard.get("room.posted"), version.kept.get("room.posted")
    to_now = sent.payload if sent is not None else None
    assert (kept.payload if kept is not None else None) == to_now
    ways = (
        (to_now, pairs.old, judge_of(plan.old), judge_of(plan.now)),
        (heard.payload if heard is not None else None, pairs.new, judge_of(plan.now), judge_of(plan.old)),
    )
    changed = 0
    for convert, schemas, sender, reader in ways:
        for _ in range(VALUES):
            value = value_of(schemas["Root"], schemas, dice)
            assert sender.is_valid(value), value
            text = json.dumps(value)
            made = value if convert is None else convert(value)
            assert [each.message for each in reader.iter_errors(made)] == [], (value, made)
            assert json.dumps(value) == text, "a converter leaves what it was given alone"
            changed += made != value
    return changed


def test_nothing_makes_a_converter_raise() -> None:
    strange: tuple[Any, ...] = (None, 1, "v1", [], [None], {}, {"p0": None, "p1": [], "kind": 3}, {"p0": {"p0": 1}})
    for seed in range(40):
        found = drawn(seed)
        if found is None:
            continue
        version = module_of(plan_version(found[1], found[2])).VERSIONS[0]
        tables = [*version.sent.values(), *version.heard.values(), *version.kept.values()]
        for convert in filter(None, (each.payload for each in tables)):
            for value in strange:
                convert(value)


def test_places_of_now_are_found_in_what_was_sent() -> None:
    """A text that nobody touched stands where the steps say."""
    looked = 0
    for seed in range(PAIRS):
        found = drawn(seed)
        if found is None:
            continue
        pairs, old, new = found
        plan = plan_version(old, new)
        sent = module_of(plan).VERSIONS[0].sent.get("room.send") if plan.is_served else None
        if sent is None or sent.payload is None:
            continue
        value = _marked(value_of(pairs.old["Root"], pairs.old, Random(seed)), [0])  # noqa: S311  # repeatable
        for steps, text in _texts(sent.payload(value), ()):
            if text.startswith("mark"):
                there = [*steps] if sent.pointer is None else sent.pointer([*steps])
                assert _at(value, there) == text, (value, steps, there)
                looked += 1
    assert looked > PAIRS / 2


def _marked(value: Any, count: list[int]) -> Any:
    """The same with a text of its own at each place that had some text; constants stay."""
    match value:
        case str() if not value.startswith(("v", "case")):
            count[0] += 1
            return f"mark{count[0]}"
        case list():
            return [_marked(each, count) for each in value]
        case dict():
            return {name: _marked(each, count) for name, each in value.items()}
    return value


def _texts(value: Any, at: tuple[str, ...]) -> list[tuple[tuple[str, ...], str]]:
    match value:
        case str():
            return [(at, value)]
        case list():
            return [each for index, item in enumerate(value) for each in _texts(item, (*at, str(index)))]
        case dict():
            return [each for name, item in value.items() for each in _texts(item, (*at, name))]
    return []


def _at(value: Any, steps: list[str]) -> Any:
    for step in steps:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value
