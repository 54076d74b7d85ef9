"""What keeps recorded events. Offsets and epochs come from here, never from a process that serves."""

from dataclasses import dataclass
from typing import Final, Protocol

from rtgen_runtime.declarations import HistorySize

REPLAY_EVENTS: Final = 300
"""Missed events that one join may replay; with more, the client starts afresh."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded event; `payload` is its text as it was published."""

    offset: int
    tag: str
    payload: bytes
    recorded: float


@dataclass(frozen=True, slots=True)
class Page:
    """What a join reads: the position it stands at afterwards, and the missed events up to there.

    `recovered` says whether the events close the gap without a hole; if not, there are none and `reason` says why
    (empty when no position was given).
    """

    epoch: str
    offset: int
    entries: tuple[Entry, ...] = ()
    recovered: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReplayCap:
    """How much one join may replay."""

    events: int
    bytes: int


class History(Protocol):
    """Keeps the recorded events of every address, within the size its channel allows."""

    @property
    def epoch(self) -> str:
        """Changes whenever offsets start over."""

    def append(
        self, address: str, size: HistorySize, tag: str, payload: bytes, now: float
    ) -> int:
        """Keep an event; its offset, consecutive from 1."""

    async def read(
        self,
        address: str,
        size: HistorySize,
        since: tuple[str, int] | None,
        cap: ReplayCap,
        now: float,
    ) -> Page:
        """What a member that stands at `since` has missed, all of it or nothing."""
