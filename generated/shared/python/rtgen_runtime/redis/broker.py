"""A node's way to the others: an address is heard while it has members here, and some seconds longer."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar
from urllib.parse import unquote

import msgspec

from rtgen_runtime.auth.revocation import REMEMBERED, Revocation
from rtgen_runtime.broker.interface import Ears
from rtgen_runtime.broker.words import (
    Arrived,
    Control,
    News,
    Said,
    Switched,
    Word,
)
from rtgen_runtime.errors import MaybeKept, StoreUnavailable
from rtgen_runtime.redis import messages
from rtgen_runtime.redis.losses import Losses
from rtgen_runtime.redis.messages import NotUnderstood, Revoked
from rtgen_runtime.redis.people_scripts import COUNT
from rtgen_runtime.redis.remembering import Remembered, say_members
from rtgen_runtime.redis.ring import Ring
from rtgen_runtime.redis.shard import Shard
from rtgen_runtime.redis.wire import Reply

T = TypeVar("T")

LINGER: Final = 5.0
"""Seconds, twice that at most, for which an address without members is still heard."""
COUNTED: Final = 0.1
"""Seconds between two words about how many members an address has."""

_UNSAID: Final = -1


class RedisBroker:
    """One node's. `wall` is the node's clock, Unix time: what it says to others is told by Redis's."""

    def __init__(
        self,
        ring: Ring,
        wall: Callable[[], float],
        losses: Losses,
        *,
        linger: float = LINGER,
    ) -> None:
        self._ring = ring
        self._wall = wall
        self.losses = losses
        self._linger = linger
        self._node = ring.first.node
        self._ears: Ears | None = None
        self._here: dict[str, int] = {}
        self._said: dict[str, int] = {}
        self._idle: OrderedDict[str, float] = OrderedDict()
        self._sweeping: asyncio.TimerHandle | None = None
        self._counted: dict[str, None] = {}
        self._recent: set[str] = set()
        self._flushing = False
        self._counting: asyncio.TimerHandle | None = None
        self._elsewhere: dict[str, dict[bytes, int]] = defaultdict(dict)
        self._spoken = 0
        self._heard: dict[str, int] = {}
        self._remembered = Remembered()
        self.on_deaf: Callable[[str], None] = lambda _address: None
        """Called when an address is not heard any longer."""
        self.on_revoked: Callable[[Revocation], None] = lambda _revocation: None
        for shard in ring.shards:
            shard.handlers[messages.COUNT] = self._count_heard
            shard.on_control = self._control_heard

    @property
    def is_up(self) -> bool:
        """Whether every Redis can be told and heard."""
        return all(each.is_up for each in self._ring.shards)

    @property
    def dropped(self) -> int:
        """Events that the others were not told of, since Redis was away."""
        return self.losses.alone.total()

    def listen(self, ears: Ears) -> None:
        """Say once who hears."""
        self._ears = ears
        for shard in self._ring.shards:
            shard.ears = ears

    def hears(self, address: str) -> bool:
        """Whether it is heard, and an end is not near; without Redis, whether that is enough there."""
        shard = self._ring.of(address)
        if not shard.is_up and self.losses.of(address) == "refuse":
            return False
        return address not in self._idle and shard.hears(address)

    async def ready(self, address: str) -> None:
        """Hear an address from before this returns, and `LINGER` seconds at least."""
        if address not in self._here:
            self._let_idle(address)
        shard = self._ring.of(address)
        try:
            if not shard.is_up and self.losses.of(address) == "refuse":
                await shard.commands.ask("PING")  # it may be back in a moment
            await shard.ready(address)
        except StoreUnavailable:
            if self.losses.of(address) == "refuse":
                self.losses.note_refused(address)
                raise

    def members(self, address: str, count: int) -> None:
        """Tell the others soon."""
        if count:
            self._here[address] = count
            self._idle.pop(address, None)
        else:
            self._here.pop(address, None)
            self._let_idle(address)
        self._counted[address] = None
        self._count_soon()

    def elsewhere(self, address: str) -> int:
        """As others have told."""
        return (
            sum(self._elsewhere[address].values()) if address in self._elsewhere else 0
        )

    def say(self, address: str, word: Word) -> None:
        """Tell the other nodes. Whom somebody puts out goes here at least.

        Raises:
            StoreUnavailable: Redis is away, and this is to be refused then.
        """
        shard = self._ring.of(address)
        channel = shard.names.place(address).channel
        is_told = shard.saying.say(channel, messages.pack(word))
        if is_told or not isinstance(word, Said):
            return
        if self.losses.of(address) == "refuse":
            self.losses.note_refused(address)
            raise StoreUnavailable(f"Redis is away: {shard.commands.why}")
        self.losses.note_alone(address)

    async def record(
        self, address: str, kept: "asyncio.Future[T]", _news: Callable[[T], News]
    ) -> T:
        """Wait for the store: it tells all nodes, this one too, before it is done."""
        try:
            return await asyncio.shield(kept)
        except StoreUnavailable as problem:
            is_away = not self._ring.of(address).is_up
            if is_away and not isinstance(problem, MaybeKept):
                self.losses.note_refused(address)
            raise

    def control(self, control: Control) -> None:
        """Tell the other nodes."""
        if isinstance(control, Arrived):
            control = msgspec.structs.replace(control, at=self._shared(control.at))
        if isinstance(control, Switched):
            for shard in self._ring.shards:
                kept = control.flag, messages.pack(control)
                shard.commands.send(None, "HSET", shard.names.flags, *kept)
        self._publish(control)

    async def revoke(self, revocation: Revocation) -> None:
        """Tell the other nodes, those too that hear nothing now.

        Raises:
            StoreUnavailable: No Redis has taken it.
        """
        at = self._shared(revocation.at)
        revoked = messages.Revoked(revocation.kind, revocation.value, at)
        packed = messages.pack(revoked)
        asked = [
            shard.commands.ask("ZADD", shard.names.revoked, at, packed)
            for shard in self._ring.shards
        ]
        for shard in self._ring.shards:
            over = f"({at - REMEMBERED}"
            shard.commands.cast("ZREMRANGEBYSCORE", shard.names.revoked, "-inf", over)
        self._publish(revoked)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        if all(isinstance(each, BaseException) for each in answers):
            raise StoreUnavailable("Redis is away: only this node knows")

    async def drained(self) -> None:
        """Wait for all answers."""
        for shard in self._ring.shards:
            await shard.commands.drained()

    async def read(self, shard: Shard) -> None:
        """Hear what was revoked, and how flags were set, before this node came or while it heard nothing.

        Raises:
            StoreUnavailable: Redis does not say.
        """
        ask, names = shard.commands.ask, shard.names
        kept = await ask("HVALS", names.flags)
        kept += await ask("ZRANGE", names.revoked, 0, -1)
        for body in kept:
            try:
                self._hear(messages.control_of(body))
            except NotUnderstood as problem:
                shard.refuse(str(problem))

    def dead(self, node: str) -> None:
        """A node is gone, and its members with it."""
        name = node.encode()
        for address in tuple(self._elsewhere):
            self._note(address, name, 0)
        self._heard.pop(node, None)

    def forgotten(self, shard: Shard) -> None:
        """Redis has lost, or others believe to be gone, what this node has."""
        for address in self._here:
            if self._ring.of(address) is shard:
                self._said[address] = _UNSAID
        self.returned()
        self._remembered.say(shard)
        believed = shard.names.at(self._node)
        shard.commands.send(self._believed, "SMEMBERS", believed)

    def _believed(self, reply: Reply) -> None:
        """Where this node is believed to have members, it says that it has none."""
        if not isinstance(reply, list):
            return
        for quoted in reply:
            address = unquote(quoted.decode())
            if address not in self._here:
                self._said[address] = _UNSAID
        self.returned()

    def remember(self, shard: Shard) -> None:
        """Say again what this node has and knows, in case that was dropped."""
        of = self._ring.of
        here = {
            address: count
            for address, count in self._here.items()
            if of(address) is shard
        }
        say_members(shard, here)
        self._remembered.say(shard)

    def returned(self) -> None:
        """Say again what could not be said."""
        self._counted |= {
            address: None for address, said in self._said.items() if said == _UNSAID
        }
        if self._counted:
            self._count_soon()

    def _shared(self, at: float) -> float:
        """A time of this node's clock, by Redis's."""
        return at - self._wall() + self._ring.first.commands.redis_time()

    def _own(self, at: float) -> float:
        """A time of Redis's clock, by this node's."""
        return at + self._wall() - self._ring.first.commands.redis_time()

    def _control_heard(self, fields: list[bytes], body: bytes) -> None:
        try:
            node, number = fields[0].decode(), int(fields[1])
        except (ValueError, IndexError):
            raise NotUnderstood("shape") from None
        if node == self._node or number <= self._heard.get(node, 0):
            return
        control = messages.control_of(body)
        self._heard[node] = number
        self._hear(control)

    def _hear(self, control: Control | Revoked) -> None:
        self._remembered.note(control)
        if isinstance(control, Revoked):
            at = self._own(control.at)
            self.on_revoked(Revocation(control.kind, control.value, at))
        elif self._ears is not None:
            if isinstance(control, Arrived):
                control = msgspec.structs.replace(control, at=self._own(control.at))
            self._ears.control(control)

    def _publish(self, control: Control | Revoked) -> None:
        """Through every Redis: whichever is up will do."""
        self._remembered.note(control)
        self._spoken += 1
        head = f"1k {self._node} {self._spoken}\n".encode()
        message = head + messages.pack(control)
        for shard in self._ring.shards:
            shard.commands.cast("PUBLISH", shard.names.control, message)

    def _count_soon(self) -> None:
        if not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self._count)

    def _count(self) -> None:
        """With the end of this turn; of an address that was told of a moment ago, a moment later."""
        self._flushing = False
        for address in [each for each in self._counted if each not in self._recent]:
            del self._counted[address]
            count = self._here.get(address, 0)
            if self._said.get(address, 0) != count:
                self._recent.add(address)
                self._say_count(address, count)
        if self._recent and self._counting is None:
            loop = asyncio.get_running_loop()
            self._counting = loop.call_later(COUNTED, self._count_again)

    def _count_again(self) -> None:
        self._counting = None
        self._recent.clear()
        self._count()

    def _say_count(self, address: str, count: int) -> None:
        shard = self._ring.of(address)
        place = shard.names.place(address)
        if count:
            self._said[address] = count
        else:
            self._said.pop(address, None)
        shard.run(
            COUNT,
            partial(self._count_said, address),
            *(place.counts, shard.names.at(self._node)),
            *(place.channel, self._node, count, place.quoted),
        )

    def _count_said(self, address: str, reply: Reply) -> None:
        if isinstance(reply, StoreUnavailable):
            self._said[address] = _UNSAID

    def _count_heard(self, address: str, fields: list[bytes], _body: bytes) -> None:
        try:
            node, count = fields[0], int(fields[1])
        except (ValueError, IndexError):
            raise NotUnderstood("shape") from None
        if node != self._node.encode():
            self._note(address, node, count)

    def _note(self, address: str, node: bytes, count: int) -> None:
        counts = self._elsewhere[address]
        if count > 0:
            counts[node] = count
        else:
            counts.pop(node, None)
        if not counts:
            del self._elsewhere[address]

    def _let_idle(self, address: str) -> None:
        loop = asyncio.get_running_loop()
        self._idle.pop(address, None)
        self._idle[address] = loop.time() + self._linger
        if self._sweeping is None:
            self._sweeping = loop.call_later(self._linger, self._sweep)

    def _sweep(self) -> None:
        """Stop listening to what nobody here needs; one timer for all of them, while there are any."""
        loop = asyncio.get_running_loop()
        self._sweeping, now = None, loop.time()
        while self._idle and next(iter(self._idle.values())) <= now:
            address, _ = self._idle.popitem(last=False)
            self._ring.of(address).leave(address)
            self._elsewhere.pop(address, None)
            self.on_deaf(address)
            if self._ears is not None:
                self._ears.deaf(address)
        if self._idle:
            self._sweeping = loop.call_later(self._linger, self._sweep)
