"""What a returning member has missed: the verdict on its position, apart from where the events are kept."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar


class Reason(StrEnum):
    """Why a gap can't be closed; the words of `$joined` and `$resync`."""

    EPOCH_CHANGED = "epoch_changed"
    """Offsets started over, or the store lost what it had promised."""
    TOO_OLD = "too_old"
    """The history no longer holds all of it."""
    TOO_MANY = "too_many"
    """More, or larger, than one join may replay."""
    INVALIDATED = "invalidated"
    """The application called `invalidate`."""


class Kept(Protocol):
    """One event that may be replayed."""

    @property
    def offset(self) -> int:
        """Its place in the history."""

    @property
    def size(self) -> int:
        """Bytes of its payload."""


K = TypeVar("K", bound=Kept)


@dataclass(frozen=True, slots=True)
class Known(Generic[K]):
    """An address as it stands: see `history.interface.Span`."""

    epoch: str
    top: int
    oldest: int
    invalidated: int
    entries: tuple[K, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[K]):
    """What a join gets: the position it stands at afterwards, and the missed events up to there.

    `recovered` says whether the events close the gap without a hole; if not, there are none and `reason` says why
    (empty when no position was given).
    """

    epoch: str
    offset: int
    entries: tuple[K, ...] = ()
    recovered: bool = False
    reason: str = ""


def recover(
    known: Known[K],
    since: tuple[str, int] | None,
    *,
    most_events: int,
    most_bytes: int,
) -> Page[K]:
    """What a member that stands at `since` has missed: all of it, or nothing and why."""
    epoch, top = known.epoch, known.top
    if since is None:
        return Page(epoch, top)
    if since[0] != epoch or since[1] > top:
        return Page(epoch, top, reason=Reason.EPOCH_CHANGED)
    if since[1] < known.invalidated:
        return Page(epoch, top, reason=Reason.INVALIDATED)
    if since[1] + 1 < known.oldest:
        return Page(epoch, top, reason=Reason.TOO_OLD)
    missed = top - since[1]
    entries = known.entries[max(0, len(known.entries) - missed) :] if missed else ()
    if missed > most_events or len(entries) < missed:
        return Page(epoch, top, reason=Reason.TOO_MANY)
    if sum(entry.size for entry in entries) > most_bytes:
        return Page(epoch, top, reason=Reason.TOO_MANY)
    return Page(epoch, top, entries, recovered=True)
