"""What one app counts: plain numbers, added to where things happen and put into words only when somebody asks.

Keys are tags, channels and codes of the contract and the protocol. What a client chose passes `known`, so that no key
comes from outside.
"""

from collections import defaultdict
from typing import Final

from rtgen_runtime.declarations import Contract
from rtgen_runtime.frames import ErrorInfo
from rtgen_runtime.observing import metrics
from rtgen_runtime.observing.metrics import Histogram

OTHER: Final = "other"
PEER: Final = "peer"

PROTOCOL_TAGS: Final = (
    "$hello",
    "$join",
    "$leave",
    "$history",
    "$auth",
    "$state",
    "$members",
    "$ping",
    "$pong",
)
"""What clients send beside events."""


class Tally:
    """Counts of one app. Everything is public: whoever counts adds to it, `exposition` reads it."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._tags = frozenset((*contract.events, *PROTOCOL_TAGS))
        self.opened = 0
        self.speaking: dict[str, int] = defaultdict(int)
        """Welcomed connections by the version of the contract that their clients speak."""
        self.conversions: dict[str, int] = defaultdict(int)
        self.received_bytes = 0
        self.closed: dict[str, int] = defaultdict(int)
        self.authentications: dict[str, int] = defaultdict(int)
        self.received: dict[str, int] = defaultdict(int)
        self.answered: dict[bytes, int] = defaultdict(int)
        """Frames of the protocol that were sent, by the first six letters of their tags."""
        self.errors: dict[tuple[str, str], int] = defaultdict(int)
        self.deprecated: dict[tuple[str, str, str], int] = defaultdict(int)
        """By tag, place and the client's version."""
        self.joins: dict[tuple[str, str], int] = defaultdict(int)
        self.recoveries: dict[tuple[str, str], int] = defaultdict(int)
        self.replayed: dict[str, int] = defaultdict(int)
        self.members: dict[str, int] = defaultdict(int)
        self.once: dict[tuple[str, str], int] = defaultdict(int)
        self.store_failures: dict[str, int] = defaultdict(int)
        self.handlers: dict[tuple[str, str], Histogram] = {}
        self.store: dict[str, Histogram] = {}
        self.pings = Histogram(metrics.PINGS.bounds)
        self.lag = Histogram(metrics.LAG.bounds)
        self.outboxes = Histogram(metrics.OUTBOXES.bounds)

    def known(self, tag: str) -> str:
        """A tag of the contract or the protocol as it is, any other as `other`."""
        return tag if tag in self._tags else OTHER

    def left(self, code: str, version: str) -> None:
        """A connection is gone; `version` is empty for one that was never welcomed."""
        self.closed[code] += 1
        if version:
            self.speaking[version] -= 1

    def converted(self, version: str) -> None:
        """A frame was converted from or to an older version, for one client or for all that speak it."""
        self.conversions[version] += 1

    def answer(self, frame: bytes) -> None:
        """A frame of the protocol goes to one client: `["$tag",…`."""
        self.answered[frame[2:8]] += 1

    def error(self, info: ErrorInfo) -> None:
        """A frame gets an error for an answer."""
        self.errors[self.known(info.tag), info.code] += 1

    def join(self, channel: str, outcome: str) -> None:
        """A join has got its answer."""
        self.joins[channel, outcome] += 1

    def recovery(self, channel: str, reason: str, replayed: int) -> None:
        """A join with a position was answered; `reason` is empty where nothing was lost."""
        self.recoveries[channel, reason or "recovered"] += 1
        self.replayed[channel] += replayed

    def idempotent(self, tag: str, outcome: str) -> None:
        """A request that takes effect once has its outcome."""
        self.once[tag, outcome] += 1

    def handled(self, key: tuple[str, str], seconds: float) -> None:
        """A handler has ended; `key` is its channel and event."""
        self.handler(key).observe(seconds)

    def handler(self, key: tuple[str, str]) -> Histogram:
        """How long calls of a handler took; it is shown from now on."""
        found = self.handlers.get(key)
        if found is None:
            found = self.handlers[key] = Histogram(metrics.HANDLERS.bounds)
        return found

    def stored(self, operation: str, seconds: float, *, failed: bool) -> None:
        """The store has answered."""
        found = self.store.get(operation)
        if found is None:
            found = self.store[operation] = Histogram(metrics.STORE.bounds)
        found.observe(seconds)
        if failed:
            self.store_failures[operation] += 1
