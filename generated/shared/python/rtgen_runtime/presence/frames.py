"""Presence as it travels: `$presence` for everybody, lists for one, and what a client says and asks."""

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from rtgen_runtime.frames import Address, AnswerRef, Count, encode
from rtgen_runtime.presence.interface import Delta, Listing, Version

_SPREAD: Final = 0.002
"""Seconds for each person over which requests for a list are spread."""
_LONGEST_SPREAD: Final = 20.0

Entry = tuple[str, Raw]
"""Who (a subject, or the session of a client without one), and what they show."""


class PresenceInfo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step, with the count after it. `mode` says that the list is no longer told, or is to be asked for again.

    With `ask`, clients wait a random time of at most `after` seconds.
    """

    count: Count
    join: list[Entry] = []
    update: list[Entry] = []
    leave: list[str] = []
    mode: Literal["", "count", "ask"] = ""
    after: float = 0.0


class Presence(Struct, frozen=True, array_like=True, tag="$presence"):
    """S→C: who came, changed and went."""

    address: str
    version: tuple[str, Count]
    info: PresenceInfo


class PresenceList(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """In `$joined`, and the reply to `$members`: a page of the list as of a version.

    Without `members` there are too many to tell. `next` is the `after` of the next page, left out on the last one.
    """

    version: tuple[str, Count]
    count: Count
    members: list[Entry] | UnsetType = UNSET
    next: str = ""


class State(Struct, frozen=True, array_like=True, tag="$state"):
    """C→S: what this member shows from now on; answered by `$reply`."""

    ref: AnswerRef
    address: Address
    state: Raw


class MembersOptions(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which page."""

    after: Annotated[str, Meta(max_length=1024)] = ""
    limit: Annotated[int, Meta(ge=1, le=1_000_000)] = 100


class Members(Struct, frozen=True, array_like=True, tag="$members"):
    """C→S: a page of the list; answered by `$reply` with a `PresenceList`."""

    ref: AnswerRef
    address: Address
    options: MembersOptions = MembersOptions()


def delta_frame(address: str, delta: Delta) -> bytes:
    """What changed, one entry a person."""
    info = PresenceInfo(
        count=delta.count,
        join=[(who, Raw(state)) for who, state in delta.join],
        update=[(who, Raw(state)) for who, state in delta.update],
        leave=list(delta.leave),
    )
    return _frame(address, delta.version, info)


def count_frame(address: str, delta: Delta) -> bytes:
    """Only how many: receivers forget the list."""
    return _frame(address, delta.version, PresenceInfo(count=delta.count, mode="count"))


def ask_frame(address: str, delta: Delta) -> bytes:
    """The list is to be asked for again, within a while."""
    after = min(_LONGEST_SPREAD, delta.count * _SPREAD)
    info = PresenceInfo(count=delta.count, mode="ask", after=after)
    return _frame(address, delta.version, info)


def listed(listing: Listing, *, with_people: bool = True) -> PresenceList:
    """For `$joined` and the reply to `$members`."""
    if not with_people:
        return PresenceList(version=listing.version, count=listing.count)
    people = [(who, Raw(state)) for who, state in listing.people]
    return PresenceList(
        version=listing.version,
        count=listing.count,
        members=people,
        next=listing.following,
    )


def _frame(address: str, version: Version, info: PresenceInfo) -> bytes:
    return encode(Presence(address, version, info))
