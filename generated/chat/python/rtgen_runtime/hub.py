"""Who listens where, and how an event gets to all of them: encoded once, written once a turn to each."""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from rtgen_runtime.declarations import Contract, ServerEvent
from rtgen_runtime.errors import InvalidPayload, Issue
from rtgen_runtime.frames import Resync, ResyncInfo, encode, encode_event
from rtgen_runtime.history.interface import (
    REPLAY_EVENTS,
    Cap,
    Entry,
    History,
    Position,
)
from rtgen_runtime.history.recording import Recorder
from rtgen_runtime.history.recovery import Page, Reason
from rtgen_runtime.history.tails import KeptEvent, Replay, Tails
from rtgen_runtime.outbox import Outbox
from rtgen_runtime.router import Place

T = TypeVar("T")

_HEADER: Final = 256
"""Bytes that a frame may have beside its payload and address."""

_SPREAD: Final = 0.002
"""Seconds for each member of an address over which a resynchronisation is spread, so that they don't come at once."""

_LONGEST_SPREAD: Final = 20.0


class Subscription:
    """One membership's ear. While it catches up, live events are held aside; `release` merges them by offset."""

    __slots__ = ("_ended", "_held", "_held_bytes", "_outbox")

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._held: list[tuple[int, bytes]] | None = []
        self._held_bytes = 0
        self._ended = False

    def deliver(self, offset: int, frame: bytes) -> None:
        """A live event."""
        if self._ended:
            return
        if self._held is None:
            self._outbox.add(frame)
            return
        self._held_bytes += len(frame)
        if self._held_bytes <= self._outbox.limit:
            self._held.append((offset, frame))
        else:  # too far behind before it was even let in: it comes back
            self._ended = True
            self._outbox.give_up()

    def release(self, page: Replay) -> None:
        """Send what was missed, then what came meanwhile and is not part of it, then live."""
        held, self._held = self._held or [], None
        for event in page.entries:
            self._outbox.add(event.frame)
        for offset, frame in held:
            if offset == 0 or offset > page.offset:
                self._outbox.add(frame)

    def resync(self, frame: bytes) -> None:
        """Nothing more is delivered: the member must join again. A join that is not answered yet reads again."""
        if self._held is None and not self._ended:
            self._ended = True
            self._outbox.add(frame)


def _encoded(address: str, entry: Entry) -> bytes:
    return encode_event(entry.tag, entry.offset, address, entry.payload)


class Hub:
    """The channels of one process. An address without members costs nothing. `clock` gives Unix time."""

    def __init__(
        self, contract: Contract, history: History, clock: Callable[[], float]
    ) -> None:
        self._contract = contract
        self._history = history
        self._clock = clock
        cap = Cap(REPLAY_EVENTS, contract.limits.outbox // 2)
        self._tails = Tails(history, cap, clock, _encoded)
        self._recorder = Recorder()
        self._members: dict[str, dict[Subscription, None]] = {}

    def subscribe(self, address: str, outbox: Outbox) -> Subscription:
        """Hear everything from now on; nothing is delivered before `release`."""
        subscription = Subscription(outbox)
        self._members.setdefault(address, {})[subscription] = None
        return subscription

    def unsubscribe(self, address: str, subscription: Subscription) -> None:
        """Hear nothing more."""
        members = self._members.get(address)
        if members is not None:
            members.pop(subscription, None)
            if not members:
                del self._members[address]
                self._tails.drop(address)

    def count(self, address: str) -> int:
        """How many members an address has."""
        return len(self._members.get(address, ()))

    async def catch_up(self, place: Place, since: tuple[str, int] | None) -> Replay:
        """What a new member has missed. Subscribe before you call it, and release before you wait for anything else.

        Raises:
            StoreUnavailable: The history can't be read now.
        """
        size, address = place.channel.history, place.address
        if size is None:
            return Page("", 0, reason=Reason.TOO_OLD if since else "")
        while True:
            await self._tails.ready(address, size, since)
            replay = self._tails.replay(address, since)
            if replay is not None:
                return replay

    def emit(self, place: Place, event: ServerEvent[T], value: T) -> None:
        """Tell every member.

        Raises:
            InvalidPayload: The contract does not accept it. Nothing was sent.
        """
        payload = event.payload.encode(value)
        self._check_size(event.tag, place.address, payload)
        self._fan_out(
            place.address, 0, encode_event(event.tag, 0, place.address, payload)
        )

    async def record(self, place: Place, event: ServerEvent[T], value: T) -> int:
        """Keep an event, then tell every member; its offset.

        Raises:
            InvalidPayload: The contract does not accept it. Nothing was kept or sent, and no offset taken.
            StoreUnavailable: The store does not take it now. Nothing was kept or sent.
        """
        payload = event.payload.encode(value)
        self._check_size(event.tag, place.address, payload)
        if place.channel.history is None:
            self._fan_out(
                place.address, 0, encode_event(event.tag, 0, place.address, payload)
            )
            return 0
        kept = self._history.append(
            place.address, place.channel.history, event.tag, payload
        )
        deliver = partial(self._deliver_recorded, place.address, event.tag, payload)
        return (await self._recorder.record(place.address, kept, deliver)).offset

    async def position(self, place: Place) -> Position:
        """Where the history of an address stands.

        Raises:
            StoreUnavailable: The history can't be read now.
        """
        size = place.channel.history
        if size is None:
            return Position("", 0)
        span = await self._history.read(place.address, size, None, Cap(0, 0))
        return Position(span.epoch, span.top)

    async def invalidate(self, place: Place) -> Position:
        """Forget the history of an address, and have its members start afresh.

        Raises:
            StoreUnavailable: The store does not take it now. Nothing was changed.
        """
        kept = self._history.invalidate(place.address)
        deliver = partial(self._start_afresh, place.address, Reason.INVALIDATED)
        return await self._recorder.record(place.address, kept, deliver)

    async def drained(self) -> None:
        """Wait until every event on its way to the store has got there."""
        await self._recorder.drained()

    def _deliver_recorded(
        self, address: str, tag: str, payload: bytes, position: Position
    ) -> None:
        entry = Entry(position.offset, tag, payload, self._clock())
        frame = _encoded(address, entry)
        if self._tails.hear(address, position, KeptEvent.of(entry, frame)):
            self._fan_out(address, position.offset, frame)
        else:
            self._start_afresh(address, Reason.EPOCH_CHANGED, position)

    def _start_afresh(self, address: str, reason: Reason, position: Position) -> None:
        """Continuity is lost for every member: each joins again, at a moment of its own."""
        self._tails.drop(address)
        members = self._members.get(address, {})
        after = min(_LONGEST_SPREAD, len(members) * _SPREAD)
        info = ResyncInfo(epoch=position.epoch, after=after, reason=reason)
        frame = encode(Resync(address, info))
        for subscription in tuple(members):
            subscription.resync(frame)

    def forward(
        self,
        place: Place,
        tag: str,
        payload: bytes,
        by: str,
        sender: Subscription | None,
    ) -> None:
        """Give a valid payload, as it came, to every member but the sender."""
        frame = encode_event(tag, 0, place.address, payload, by)
        self._fan_out(place.address, 0, frame, sender)

    def _fan_out(
        self,
        address: str,
        offset: int,
        frame: bytes,
        sender: Subscription | None = None,
    ) -> None:
        for subscription in tuple(self._members.get(address, ())):
            if subscription is not sender:
                subscription.deliver(offset, frame)

    def _check_size(self, tag: str, address: str, payload: bytes) -> None:
        limit = self._contract.limits.frame
        if len(payload) + len(address) + len(tag) + _HEADER > limit:
            raise InvalidPayload(
                tag, [Issue("", "too_large", f"must fit a frame of {limit} bytes")]
            )
