"""Decode and validate a message of the chat contract: ours beside msgspec without types, and msgspec + jsonschema-rs.

    PYTHONPATH=generated/chat/python python benchmarks/decoding.py

All candidates take turns in every round; a figure is the median of the rounds.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import msgspec
from chat import validators
from chat.schemas import DOCUMENTS
from record import Row, write
from rtgen_runtime.codegen_v1 import Schema

ROUNDS = 15
CALLS = 20_000

MESSAGE = msgspec.json.encode(
    {
        "id": "123e4567-e89b-12d3-a456-426614174000",
        "author": {"id": "q3Zt8xkE1fLw", "name": "Ada Lovelace"},
        "body": "The Analytical Engine weaves algebraic patterns just as the Jacquard loom weaves flowers. " * 2,
        "sentAt": "2026-11-23T14:05:06.789Z",
        "tags": ["engine", "loom"],
    }
)
TYPING = b'{"name":"Ada Lovelace","mood":"typing"}'


def measure(candidates: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Nanoseconds a call, by candidate."""
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(ROUNDS):
        for name, call in candidates.items():
            start = time.perf_counter_ns()
            for _ in range(CALLS):
                call()
            times[name].append((time.perf_counter_ns() - start) / CALLS)
    return {name: statistics.median(values) for name, values in times.items()}


def two_steps(name: str, raw: bytes) -> Callable[[], object]:
    """What one would write by hand: decode without types, then judge by the schema with its formats."""
    schema = {"$ref": f"#/$defs/{name}", "$defs": dict(DOCUMENTS)}
    judge = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    decode = msgspec.json.Decoder().decode
    return lambda: judge.is_valid(decode(raw))


def rows(work: str, schema: Schema[Any], name: str, raw: bytes, goal: float) -> list[Row]:
    """The rows of one message."""
    untyped = msgspec.json.Decoder().decode
    found = measure(
        {"untyped": lambda: untyped(raw), "ours": lambda: schema.decode(raw), "two steps": two_steps(name, raw)}
    )
    plain, both = found["ours"] / found["untyped"], found["ours"] / found["two steps"]
    return [
        Row(work, "msgspec, untyped", found["untyped"], "ns"),
        Row(work, "msgspec + jsonschema-rs", found["two steps"], "ns"),
        Row(work, "generated", found["ours"], "ns", "msgspec, untyped", plain, f"≤ {goal}", plain <= goal),
        Row(work, "generated", found["ours"], "ns", "msgspec + jsonschema-rs", both, "≤ 0.65", both <= 0.65),
    ]


if __name__ == "__main__":
    write(
        "decoding",
        [
            *rows(f"typing notice, {len(TYPING)} B", validators.ROOM_TYPING_PAYLOAD, "RoomTypingPayload", TYPING, 1.0),
            *rows(f"message with uuid and date-time, {len(MESSAGE)} B", validators.MESSAGE, "Message", MESSAGE, 1.5),
        ],
        ["msgspec", "jsonschema-rs"],
    )
