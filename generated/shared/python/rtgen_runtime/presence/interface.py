"""What keeps who is present, for all nodes that serve an address.

Laws that every store keeps:

- the versions of an address rise by one with each delta, and begin at 1 in a new epoch;
- an epoch ends only with the last person, so that who gets version 1 may forget what it knew;
- applied to what was listed at an earlier version of the epoch, the deltas since give what is listed now.

A node tells only what changed on it. A store of many nodes keeps with each person the nodes that have them, and a
lease for each node: people of a node whose lease has lapsed are gone. How it keeps leases and hears of other nodes is
its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Version(NamedTuple):
    """Of the presence of one address; the epoch is empty while nobody is present."""

    epoch: str
    number: int


class Shown(NamedTuple):
    """A person and what they show: a subject, or the session of a client that has none, and a JSON text."""

    who: str
    state: bytes


class Change(NamedTuple):
    """What one node says about a person: their state there, `None` when they are gone."""

    who: str
    state: bytes | None


@dataclass(frozen=True, slots=True)
class Delta:
    """One step of an address; `count` is how many people are there after it.

    `is_gap`: it is not known what has changed until this version, so whoever wants to know asks for the list.
    """

    version: Version
    count: int
    join: tuple[Shown, ...] = ()
    update: tuple[Shown, ...] = ()
    leave: tuple[str, ...] = ()
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """People in the order of `who`; `following` is where the next page begins, empty on the last one."""

    version: Version
    count: int
    people: tuple[Shown, ...] = ()
    following: str = ""


Heard = Callable[[str, Delta], None]
"""Gets an address and its deltas, in the order of their versions, from whichever node they come."""


class PresenceStore(Protocol):
    """Keeps the presence of every address."""

    def listen(self, heard: Heard) -> None:
        """Say once where deltas go."""

    async def apply(self, address: str, changes: Sequence[Change]) -> None:
        """Take over what changed on this node; what that means for the whole is heard, here and on other nodes.

        Raises:
            MaybeKept: It may have been taken over, or not: say it again, whatever it is by then.
            StoreUnavailable: Nothing was taken over.
        """

    async def summary(self, address: str) -> Listing:
        """Version and count, without people.

        Raises:
            StoreUnavailable: Nothing can be said about the address now.
        """

    async def page(self, address: str, after: str, limit: int, size: int) -> Listing:
        """People after `after` (empty: from the first), at most `limit`, and within `size` bytes if more than one.

        Raises:
            StoreUnavailable: Nothing can be said about the address now.
        """
