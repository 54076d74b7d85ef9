"""What happened, as JSON lines: the one form in which unit, property, socket and load tests tell the checker.

One record is one thing that one process saw. Offsets and epochs are those on the wire; `hash` is that of the payload's
text; `key` names what the record is about, by operation:

| op | says | key, and others |
| --- | --- | --- |
| publish | somebody began to publish | key: unique; hash; kind; slot of a conflated or latest event |
| ack, fail, unknown | how that ended | key; ack of a recorded one: epoch, offset |
| join | a client asked | ref; epoch and offset it goes on from, offset -1 for none |
| joined | it was answered | epoch, offset, replay, recovered, reason |
| recv | a listener got an event | epoch, offset (0: not recorded), hash; kind, slot |
| resync | the server said that continuity is lost | reason |
| left | a membership ended, whoever ended it | reason |
| lost | a connection ended: all memberships of the client wait | |
| barred | from `until` on a subject (or client) may receive nothing, in an address or anywhere | until, reason |
| send, outcome | a request, and its end | ref; key: unique; kind; reason: ok, error, timeout, disconnected |
| effect | a handler did something for a request | key: that of the request |
| here, gone | who really is in an address: came; was last connected until t | key: who |
| stood | the process stands still from t to `until`: nobody has a turn | until |
| presence | what a client was told of somebody | key: who; reason: came or went |
| forgot | a server is gone that kept newest values in its memory only | |
| calm | faults are over, everything that should come has come | |
| bound | a resource before the faults and after | key; before, after |
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

TWIN = "~wire"
"""Ends the name of a member that stands for a client's wire; it is judged, but not counted."""


class Op(StrEnum):
    PUBLISH = "publish"
    ACK = "ack"
    FAIL = "fail"
    UNKNOWN = "unknown"
    JOIN = "join"
    JOINED = "joined"
    RECV = "recv"
    RESYNC = "resync"
    LEFT = "left"
    LOST = "lost"
    BARRED = "barred"
    SEND = "send"
    OUTCOME = "outcome"
    EFFECT = "effect"
    HERE = "here"
    GONE = "gone"
    PRESENCE = "presence"
    FORGOT = "forgot"
    CALM = "calm"
    BOUND = "bound"
    STOOD = "stood"


class Kind(StrEnum):
    """How an event is delivered; of requests, whether they take effect once."""

    NORMAL = "normal"
    RECORDED = "recorded"
    CONFLATED = "conflated"
    LATEST = "latest"
    IDEMPOTENT = "idempotent"


@dataclass(frozen=True, slots=True)
class Record:
    """One line. `t` is in seconds on a clock that all processes of a history share."""

    t: float
    op: Op
    proc: str = ""
    client: str = ""
    subject: str = ""
    address: str = ""
    epoch: str = ""
    offset: int = 0
    key: str = ""
    hash: str = ""
    kind: Kind = Kind.NORMAL
    slot: str = ""
    ref: int = 0
    replay: int = 0
    recovered: bool = False
    reason: str = ""
    until: float = 0.0
    before: float = 0.0
    after: float = 0.0

    def line(self) -> str:
        """As text; what is as by default is left out."""
        return json.dumps({name: value for name, value in asdict(self).items() if value != _DEFAULTS.get(name)})


_DEFAULTS = {each.name: each.default for each in fields(Record) if each.name not in {"t", "op"}}


def hashed(payload: bytes) -> str:
    """The hash of a payload, whatever its spelling in JSON."""
    value: Any = json.loads(payload)
    return hashlib.blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=8).hexdigest()


def read(lines: Iterable[str]) -> Iterator[Record]:
    """Records from JSON lines, of any number of files one behind the other; empty lines are skipped."""
    for line in lines:
        if line.strip():
            raw = json.loads(line)
            yield Record(**raw | {"op": Op(raw["op"]), "kind": Kind(raw.get("kind", Kind.NORMAL))})
