"""Presence between processes: what members show goes with the version in which it is shown, and is converted.

A state travels as JSON text, `[version, state, {older version: its state}]`, which stores take for any other text. The
process that shows it knows how older versions have it; one that reads it knows how to read those before its own.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import msgspec
from msgspec import Raw, Struct

from rtgen_runtime.declarations import Contract, Presence
from rtgen_runtime.errors import InvalidPayload
from rtgen_runtime.presence.interface import (
    Change,
    Delta,
    Heard,
    Listing,
    PresenceStore,
    Shown,
)
from rtgen_runtime.versions.addresses import Addresses
from rtgen_runtime.versions.choosing import older
from rtgen_runtime.versions.converting import NotConverted, converted
from rtgen_runtime.versions.older import Older, meant_for
from rtgen_runtime.versions.past import Refuse


class Spoken(Struct, frozen=True, array_like=True):
    """A state, and the version of the contract that it is of."""

    version: str
    state: Raw
    older: dict[str, Raw] = {}


_spoken: Final = msgspec.json.Decoder(Spoken)
_encode: Final = msgspec.json.Encoder().encode


class SpokenPresence:
    """A store of several processes, in the words of this one's version. `presence_of` is what an address has."""

    def __init__(
        self,
        store: PresenceStore,
        contract: Contract,
        presence_of: Callable[[str], Presence | None],
        refuse: Refuse,
    ) -> None:
        self._store = store
        self._contract = contract
        self._older = Older(contract)
        self._addresses = {
            each.version: Addresses(contract, each) for each in contract.versions
        }
        self._presence_of = presence_of
        self._refuse = refuse

    def listen(self, heard: Heard) -> None:
        """Say once where deltas go."""

        def converted_first(address: str, delta: Delta) -> None:
            join = tuple(self._known(address, delta.join))
            update = tuple(self._known(address, delta.update))
            heard(address, replace(delta, join=join, update=update))

        self._store.listen(converted_first)

    async def apply(self, address: str, changes: Sequence[Change]) -> None:
        """Take over what changed in this process."""
        spoken = [
            Change(who, None if state is None else self._said(address, state))
            for who, state in changes
        ]
        await self._store.apply(address, spoken)

    async def summary(self, address: str) -> Listing:
        """Version and count, without people."""
        return await self._store.summary(address)

    async def page(self, address: str, after: str, limit: int, size: int) -> Listing:
        """Some people; those are left out whose state means nothing here."""
        listing = await self._store.page(address, after, limit, size)
        return replace(listing, people=tuple(self._known(address, listing.people)))

    def _said(self, address: str, state: bytes) -> bytes:
        forms = self._older.state(address, state)
        return _encode(Spoken(self._contract.version, Raw(state), forms))

    def _known(self, address: str, people: tuple[Shown, ...]) -> Iterator[Shown]:
        for who, said in people:
            state = self._state(address, said)
            if state is not None:
                yield Shown(who, state)

    def _state(self, address: str, said: bytes) -> bytes | None:
        """A state as this version has it; `None` for one that it can't show."""
        try:
            spoken = _spoken.decode(said)
        except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
            self._refuse("presence", str(problem))
            return None
        if spoken.version == self._contract.version:
            return bytes(spoken.state)
        presence = self._presence_of(address)
        if presence is None:
            return None
        try:
            state = self._converted(address, spoken)
            presence.state.verify(state)
        except (NotConverted, InvalidPayload) as problem:
            self._refuse("presence", f"of version {spoken.version}: {problem}")
            return None
        return state

    def _converted(self, address: str, spoken: Spoken) -> bytes:
        contract = self._contract
        mine = meant_for(contract, spoken.older)
        if mine is not None:
            return bytes(mine)
        old = older(contract, spoken.version)
        channel = None if old is None else self._addresses[old.version].channel(address)
        known = None if channel is None else channel.presence
        return bytes(converted(spoken.state, None if known is None else known.shown))
