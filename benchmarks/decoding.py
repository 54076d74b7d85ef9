"""Decode and validate messages: ours beside msgspec without types, and msgspec + jsonschema-rs.

    python benchmarks/decoding.py

A generated package of `contracts/parcels.yaml` is measured, over its own runtime. All candidates take turns in every
round; a figure is the fastest of many short turns, since what others do on the machine only adds to it. *verdict* is
what relays, replies and `VALIDATORS` ask; *value* also makes what a handler gets. A *frame* is what arrives: for ours
its tag, address and payload in one go, beside untyped decoding and one look into a dictionary by the tag.
"""

import importlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
from record import Row, write

from rtgen.api import load_contract
from rtgen.targets.python.target import TARGET
from rtgen.targets.target import TargetRequest

CONTRACT = Path(__file__).parent / "contracts" / "parcels.yaml"
ROUNDS = 101
SPAN = 0.001
"""Seconds of one turn: short, so that what disturbs the machine hits few turns."""

WORDS = "The Analytical Engine weaves algebraic patterns just as the Jacquard loom weaves flowers. "
ID = "123e4567-e89b-12d3-a456-426614174000"


@dataclass(frozen=True, slots=True)
class Work:
    """One payload, and the goals: against untyped decoding, and against decoding + jsonschema-rs."""

    name: str
    type_name: str
    payload: Mapping[str, object]
    untyped: float | None
    both: float

    @property
    def raw(self) -> bytes:
        """As it travels."""
        return msgspec.json.encode(self.payload)


NOTE = {
    "id": "m-18",
    "author": {"id": "q3Zt8xkE1fLw", "name": "Ada Lovelace"},
    "body": WORDS * 2,
    "room": "general",
    "tags": ["engine", "loom"],
}
SCAN = {"id": ID, "at": "2026-11-23T14:05:06.789Z", "place": "gate 7", "note": WORDS * 2, "codes": ["a1", "b2"]}
ORDER = {"sku": "ABC-1234", "quantity": 12, "tags": ["gift", "fragile"], "customer": "q3Zt8xkE1fLw", "note": WORDS}
SHIPMENT = {
    "kind": "parcel",
    "weight": 1200,
    "size": "30x20x10",
    "labels": {"x-lane": "north gate", "x-shelf": "b12", "prio": 3},
    "note": WORDS * 2,
}

WORKS = (
    Work("plain strings", "Note", {**NOTE, "body": "Hello"}, 1.0, 0.65),
    Work("plain strings", "Note", NOTE, 1.0, 0.65),
    Work("plain strings", "Note", {**NOTE, "body": WORDS * 20}, 1.0, 0.65),
    Work("uuid, date-time", "Scan", {**SCAN, "note": "Hello"}, 1.5, 0.65),
    Work("uuid, date-time", "Scan", SCAN, 1.5, 0.65),
    Work("uuid, date-time", "Scan", {**SCAN, "note": WORDS * 20}, 1.5, 0.65),
    Work("pattern, multipleOf, uniqueItems", "Order", ORDER, None, 1.0),
    Work("patternProperties, if/then", "Shipment", SHIPMENT, None, 1.0),
)


@contextmanager
def package() -> Iterator[Any]:
    """The generated package, on the import path as long as it is measured."""
    with tempfile.TemporaryDirectory() as folder:
        result = TARGET.generate(TargetRequest(load_contract(CONTRACT), "0.0.0", {"handlers": "handlers"}))
        for file in result.files:
            path = Path(folder, file.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8")
        sys.path.insert(0, folder)
        yield importlib.import_module("parcels")
        sys.path.remove(folder)


def measure(candidates: dict[str, Callable[[bytes], object]], raw: bytes) -> dict[str, float]:
    """Nanoseconds a call, by candidate."""
    calls = {name: _calls(call, raw) for name, call in candidates.items()}
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(ROUNDS):
        for name, call in candidates.items():
            times[name].append(_turn(call, raw, calls[name]))
    return {name: min(values) for name, values in times.items()}


def _turn(call: Callable[[bytes], object], raw: bytes, calls: int) -> float:
    start = time.perf_counter_ns()
    for _ in range(calls):
        call(raw)
    return (time.perf_counter_ns() - start) / calls


def _calls(call: Callable[[bytes], object], raw: bytes) -> int:
    return max(10, int(SPAN * 1e9 / _turn(call, raw, 200)))


def two_steps(judge: jsonschema_rs.Draft202012Validator) -> Callable[[bytes], object]:
    """What one would write by hand: decode without types, then judge by the schema with its formats."""
    decode, is_valid = msgspec.json.Decoder().decode, judge.is_valid

    def decode_and_judge(raw: bytes) -> object:
        value = decode(raw)
        if not is_valid(value):
            raise ValueError(raw)
        return value

    return decode_and_judge


def judge_of(name: str, documents: dict[str, object]) -> jsonschema_rs.Draft202012Validator:
    """jsonschema-rs, with its own formats, which are compiled and not asked of Python."""
    return jsonschema_rs.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": documents}, validate_formats=True)


def payload_rows(work: Work, parcels: Any) -> list[Row]:
    """One payload by itself."""
    schema = parcels.validators.VALIDATORS[work.type_name].__self__
    documents = dict(parcels.schemas.DOCUMENTS)
    candidates: dict[str, Callable[[bytes], object]] = {
        "untyped": msgspec.json.Decoder().decode,
        "both": two_steps(judge_of(work.type_name, documents)),
        "verdict": schema.verify,
        "value": schema.decode,
    }
    found = measure(candidates, work.raw)
    name = f"{work.name}, {len(work.raw)} B"
    return [*_others(name, found), *(_ours(name, work, found, each) for each in ("verdict", "value"))]


def frame_rows(work: Work, parcels: Any, tag: str) -> list[Row]:
    """The same payload in the frame that brings it."""
    raw = msgspec.json.encode([f"desk.{tag}", 7, "desk", work.payload])
    documents = dict(parcels.schemas.DOCUMENTS)
    decode = msgspec.json.Decoder().decode
    judges = {f"desk.{tag}": judge_of(work.type_name, documents).is_valid}
    kinds = {f"desk.{tag}": work.type_name}

    def untyped(raw: bytes) -> object:
        frame = decode(raw)
        return kinds[frame[0]], frame[3]

    def both(raw: bytes) -> object:
        frame = decode(raw)
        if not judges[frame[0]](frame[3]):
            raise ValueError(raw)
        return frame[3]

    ours = importlib.import_module("rtgen_runtime.decoding").ClientDecoder(parcels.app.CONTRACT)
    assert type(ours.decode(raw)).__name__ == "EventFrame"
    found = measure({"untyped": untyped, "both": both, "value": ours.decode}, raw)
    name = f"frame with {work.name}, {len(raw)} B"
    return [*_others(name, found), _ours(name, work, found, "value")]


def _others(name: str, found: dict[str, float]) -> list[Row]:
    return [
        Row(name, "msgspec, untyped", found["untyped"], "ns"),
        Row(name, "msgspec + jsonschema-rs", found["both"], "ns", "msgspec, untyped", found["both"] / found["untyped"]),
    ]


def _ours(name: str, work: Work, found: dict[str, float], which: str) -> Row:
    """One row a candidate: against what its goal is stated, and the other goal met or not as well."""
    plain, both = found[which] / found["untyped"], found[which] / found["both"]
    if work.untyped is None:
        goal = f"≤ {work.both}"
        return Row(
            name, f"generated, {which}", found[which], "ns", "msgspec + jsonschema-rs", both, goal, both <= work.both
        )
    goal = f"≤ {work.untyped}, and ≤ {work.both} of msgspec + jsonschema-rs (is {both:.2f})"
    met = plain <= work.untyped and both <= work.both
    return Row(name, f"generated, {which}", found[which], "ns", "msgspec, untyped", plain, goal, met)


if __name__ == "__main__":
    with package() as parcels:
        rows = [row for work in WORKS for row in payload_rows(work, parcels)]
        for work, tag in ((WORKS[1], "note"), (WORKS[4], "scan"), (WORKS[4], "moved"), (WORKS[6], "order")):
            rows += frame_rows(work, parcels, tag)
    write(
        "decoding",
        rows,
        ["msgspec", "jsonschema-rs"],
        figures="The fastest of 101 short turns, on a machine that others kept busy",
    )
