"""Who is present at all nodes: each says what changed at it, a script makes one list of it, and tells everybody."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from rtgen_runtime.presence.interface import (
    Change,
    Delta,
    Heard,
    Listing,
    Shown,
    Version,
)
from rtgen_runtime.redis import messages
from rtgen_runtime.redis.messages import NotUnderstood
from rtgen_runtime.redis.people_scripts import LIST, SHOW
from rtgen_runtime.redis.ring import Ring
from rtgen_runtime.redis.shard import Shard

NOBODY: Final = Version("", 0)
SETTLED: Final = 2.0
"""Seconds, beside a third of a lease, until all nodes have said again who is there."""
FILLED: Final = 1.0
"""Seconds until most of them have: so long a list that begins anew is not read, since people would seem to go."""

_deltas: Final = msgspec.msgpack.Decoder(
    tuple[list[tuple[str, str]], list[tuple[str, str]], list[str]]
)


class RedisPresence:
    """People of a node stay listed while its lease lasts; `listen` says where deltas go."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._heard: Heard = lambda _address, _delta: None
        self.on_asked: Callable[[str], None] = lambda _address: None
        """Called when Redis has lost who is at an address: say it again."""
        self._known: dict[str, Version] = {}
        self._settling: dict[str, asyncio.TimerHandle] = {}
        self._filled: dict[str, float] = {}
        """From when on a list that settles may be read; times of the event loop."""
        self._counts: dict[str, int] = {}
        for shard in ring.shards:
            shard.handlers[messages.PRESENCE] = self._hear
            shard.handlers[messages.AGAIN] = self._asked

    def listen(self, heard: Heard) -> None:
        """Say once where deltas go."""
        self._heard = heard

    async def apply(self, address: str, changes: Sequence[Change]) -> None:
        """Take over what changed on this node."""
        shard = self._ring.of(address)
        place = shard.names.place(address)
        flat: list[str | bool] = []
        for who, state in changes:
            flat += [who, False if state is None else state.decode()]
        call = SHOW.call(
            *(place.people, place.order, place.version, place.counts),
            *(shard.names.at(shard.node), shard.names.nodes, shard.names.generation),
            *(place.channel, shard.node, shard.fresh(), place.quoted),
            *(shard.commands.until(), messages.pack(flat)),
        )
        await shard.commands.do(*call)

    async def summary(self, address: str) -> Listing:
        """Version and count, without people."""
        return await self.page(address, "", 0, 0)

    async def page(self, address: str, after: str, limit: int, size: int) -> Listing:
        """People after `after`, at most `limit`, and within `size` bytes if more than one."""
        if address in self._filled:
            now = asyncio.get_running_loop().time()
            await asyncio.sleep(max(0.0, self._filled[address] - now))
        shard = self._ring.of(address)
        place = shard.names.place(address)
        epoch, number, count, rows = await shard.ask(
            LIST,
            *(place.people, place.order, place.version, place.counts),
            *(shard.names.generation, after, limit + 1 if limit else 0, place.channel),
        )
        people: list[Shown] = []
        for who, state in rows[:limit]:
            size -= len(state) + len(who) + 8
            if size < 0 and people:
                break
            people.append(Shown(who.decode(), state))
        is_last = len(people) == len(rows)
        following = people[-1].who if people and not is_last else ""
        version = Version(epoch.decode(), number)
        if shard.hears(address):
            self._known.setdefault(address, version)
        return Listing(version, count, tuple(people), following)

    def compare(self, address: str, version: Version, count: int) -> None:
        """Presence stands there: if this node has not heard so far, its members ask anew."""
        known = self._known.get(address)
        if known is not None and known != version:
            self._tell(address, Delta(version, count, is_gap=True))

    def doubt(self, shard: Shard) -> None:
        """Redis may have lost who is where: all lists of addresses that are heard begin anew."""
        for address, known in self._known.items():
            if known.epoch and self._ring.of(address) is shard:
                self._settle(address)

    def forget(self, address: str) -> None:
        """An address is not heard any longer."""
        self._known.pop(address, None)
        self._filled.pop(address, None)
        settling = self._settling.pop(address, None)
        if settling is not None:
            settling.cancel()

    def _tell(self, address: str, delta: Delta) -> None:
        """Pass a delta on, unless it begins a list anew that had people: then Redis has lost them, and nodes tell it.

        Meanwhile members keep what they knew, so that nobody seems to go who is there.
        """
        known = self._known.get(address, NOBODY)
        self._known[address] = delta.version if delta.count else NOBODY
        if address in self._settling:
            self._counts[address] = delta.count
        elif known.epoch and delta.version.epoch not in {"", known.epoch}:
            self._counts[address] = delta.count
            self._settle(address)
        else:
            self._heard(address, delta)

    def _settle(self, address: str) -> None:
        if address in self._settling:
            return
        loop = asyncio.get_running_loop()
        lease = self._ring.of(address).target.lease
        self._filled[address] = loop.time() + FILLED
        self._settling[address] = loop.call_later(
            SETTLED + lease / 3, self._settled, address
        )

    def _settled(self, address: str) -> None:
        self._settling.pop(address, None)
        self._filled.pop(address, None)
        count = self._counts.pop(address, 0)
        version = self._known.get(address, NOBODY)
        self._heard(address, Delta(version, count, is_gap=True))

    def _asked(self, address: str, _fields: list[bytes], _body: bytes) -> None:
        self.on_asked(address)

    def _hear(self, address: str, fields: list[bytes], body: bytes) -> None:
        try:
            version = Version(fields[0].decode(), int(fields[1]))
            count = int(fields[2])
            joined, updated, left = _deltas.decode(body)
        except (ValueError, IndexError, msgspec.MsgspecError):
            raise NotUnderstood("shape") from None
        delta = Delta(version, count, _shown(joined), _shown(updated), tuple(left))
        self._tell(address, delta)


def _shown(people: list[tuple[str, str]]) -> tuple[Shown, ...]:
    return tuple(Shown(who, state.encode()) for who, state in people)
