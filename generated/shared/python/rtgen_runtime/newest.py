"""Newest values: what each `latest` event last said, ready to be given with every join.

Idea: as with tails, what is known of an address is loaded once and then told every change in the order in which
members get it. So a join that takes it and goes live in one step gets the newest value, and none twice.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from msgspec import Raw

from rtgen_runtime.declarations import Latest
from rtgen_runtime.errors import TooManyValues
from rtgen_runtime.stores.interface import LatestValues

Name = tuple[str, str]
"""An event's tag, and the value of its key as JSON text (empty without a key)."""

MOST_KEYS: Final = 1000
"""Values of a key that one event keeps in one address."""

_ADDRESSES: Final = 10_000
"""Addresses whose values are held in memory; others are read again."""

_members = msgspec.json.Decoder(dict[str, Raw])


def name_of(tag: str, latest: Latest, payload: bytes) -> Name:
    """What a payload is the newest of; the compiler has seen to it that every payload has the key."""
    if not latest.key:
        return tag, ""
    return tag, bytes(_members.decode(payload)[latest.key]).decode()


def key_text(key: Any) -> str:
    """A key as a program has it, as JSON text."""
    return msgspec.json.encode(key).decode()


@dataclass(slots=True)
class _Values:
    """One address. While it is being loaded, `heard` has what changed meanwhile; `None` is a value that was removed."""

    values: dict[Name, bytes] = field(default_factory=dict)
    coming: dict[Name, int] = field(default_factory=dict)
    loaded: bool = False
    loading: asyncio.Task[None] | None = None
    heard: dict[Name, bytes | None] = field(default_factory=dict)

    def put(self, name: Name, payload: bytes | None) -> None:
        if payload is None:
            self.values.pop(name, None)
        else:
            self.values[name] = payload


class Newest:
    """The newest values of the addresses of one process."""

    def __init__(
        self,
        values: LatestValues,
        *,
        most_bytes: int,
        most_keys: int = MOST_KEYS,
        addresses: int = _ADDRESSES,
    ) -> None:
        self._store = values
        self._most_bytes = most_bytes
        self._most_keys = most_keys
        self._addresses = addresses
        self._known: OrderedDict[str, _Values] = OrderedDict()

    async def ready(self, address: str) -> None:
        """Read the values of an address, unless they are here.

        Raises:
            StoreUnavailable: They can't be read now.
        """
        known = self._known.get(address)
        if known is None:
            self._make_room()
            known = self._known[address] = _Values()
        while not known.loaded:
            if known.loading is None:
                load = self._load(address, known)
                known.loading = asyncio.get_running_loop().create_task(load)
            await asyncio.shield(known.loading)

    def state(self, address: str) -> Mapping[Name, bytes] | None:
        """All values, for a member that goes live in this very step; `None`: call `ready` again."""
        known = self._known.get(address)
        if known is None or not known.loaded:
            return None
        self._known.move_to_end(address)
        return known.values

    def admit(self, address: str, name: Name, payload: bytes) -> None:
        """Say that a value is on its way to the store; `settled` must follow. Only after `ready`.

        Raises:
            TooManyValues: A member could not be given all of them with its join.
        """
        known = self._known.get(address)
        if known is None:
            return
        names = {*known.values, *known.coming, name}
        if sum(1 for each in names if each[0] == name[0]) > self._most_keys:
            words = f"{name[0]} keeps {self._most_keys} values in {address} already"
            raise TooManyValues(words)
        held = sum(len(each) for other, each in known.values.items() if other != name)
        if held + len(payload) > self._most_bytes:
            raise TooManyValues(f"the newest values of {address} are too large")
        known.coming[name] = known.coming.get(name, 0) + 1

    def settled(self, address: str, name: Name) -> None:
        """The store has answered."""
        known = self._known.get(address)
        if known is not None and name in known.coming:
            known.coming[name] -= 1
            if not known.coming[name]:
                del known.coming[name]

    def hear(self, address: str, name: Name, payload: bytes | None) -> None:
        """A value that the store has, or has removed (`None`), in the order in which members hear of it."""
        known = self._known.get(address)
        if known is None:
            return
        if known.loading is not None:
            known.heard[name] = payload
        known.put(name, payload)

    def drop(self, address: str) -> None:
        """What is known is no longer told of every change: read it again when it is wanted."""
        self._known.pop(address, None)

    async def _load(self, address: str, known: _Values) -> None:
        try:
            known.values = dict(await self._store.read(address))
            for name, payload in known.heard.items():
                known.put(name, payload)
            known.loaded = True
        finally:
            known.loading = None
            known.heard.clear()

    def _make_room(self) -> None:
        if len(self._known) < self._addresses:
            return
        for address, known in self._known.items():
            if known.loading is None and not known.coming:
                del self._known[address]
                return
