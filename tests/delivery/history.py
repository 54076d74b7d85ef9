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
| moved | a client goes, or has gone, to another connection while it has one: what the old one owes may stay unknown | |
| barred | from `until` on a subject (or client) may receive nothing, in an address or anywhere | until, reason |
| send, outcome | a request, and its end | ref; key: unique; kind; reason: ok, error, timeout, disconnected |
| effect | a handler did something for a request | key: that of the request |
| here, gone | who really is in an address: came; was last connected until t | key: who |
| stood | the process stands still from t to `until`: nobody has a turn | until |
| presence | what a client was told of somebody | key: who; reason: came or went |
| forgot | a server is gone that kept newest values in its memory only | |
| mute | what keeps lists for all nodes answered nobody from t to `until`, or had to begin anew | until |
| healed, steady | the last fault is over; everybody is said to be back, and talks (judged) until `until` | until |
| calm | faults are over, everything that should come has come | |
| bound | a resource before the faults and after; reason `growth`: less is fine | key; before, after; reason |
"""

import hashlib
import heapq
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder, Encoder

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
    MOVED = "moved"
    BARRED = "barred"
    SEND = "send"
    OUTCOME = "outcome"
    EFFECT = "effect"
    HERE = "here"
    GONE = "gone"
    PRESENCE = "presence"
    FORGOT = "forgot"
    MUTE = "mute"
    HEALED = "healed"
    STEADY = "steady"
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


class Record(Struct, frozen=True, omit_defaults=True, gc=False):
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
        return _ENCODER.encode(self).decode()


_ENCODER = Encoder()
_DECODER = Decoder(Record)


def hashed(payload: bytes) -> str:
    """The hash of a payload, whatever its spelling in JSON."""
    value: Any = json.loads(payload)
    return hashlib.blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=8).hexdigest()


def read(lines: Iterable[str | bytes]) -> Iterator[Record]:
    """Records from JSON lines, of any number of files one behind the other; empty lines are skipped.

    Raises:
        msgspec.DecodeError: A line is no record.
    """
    decode = _DECODER.decode
    return (decode(line) for line in lines if line.strip())


def merged(paths: Iterable[Path]) -> Iterator[Record]:
    """Records of files, each in order of time, as one history; a record a file is all that is held of them."""
    with ExitStack() as open_files:
        files = [read(open_files.enter_context(path.open("rb", buffering=1 << 20))) for path in paths]
        yield from heapq.merge(*files, key=lambda each: each.t)
