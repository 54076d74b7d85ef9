"""Who listens where, and how an event gets to all of them: encoded once, written once a turn to each."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from rtgen_runtime.backlog import Counts, Policy
from rtgen_runtime.batches import Batches, Outgoing
from rtgen_runtime.declarations import Contract, RelayEvent, ServerEvent
from rtgen_runtime.errors import InvalidPayload, Issue, UsageError
from rtgen_runtime.frames import ResyncInfo, encode_event
from rtgen_runtime.history.tails import Replay
from rtgen_runtime.keeping import Keeper, KeptFrame
from rtgen_runtime.outbox import Outbox
from rtgen_runtime.presence.board import Board
from rtgen_runtime.rooms import Room, Target
from rtgen_runtime.router import Place
from rtgen_runtime.seats import Seat
from rtgen_runtime.sparing import policy_of
from rtgen_runtime.stores.interface import Store

T = TypeVar("T")

_HEADER: Final = 256
"""Bytes that a frame may have beside its payload and address."""

_SPREAD: Final = 0.002
"""Seconds for each member of an address over which a resynchronisation is spread, so that they don't come at once."""

_LONGEST_SPREAD: Final = 20.0


class Subscription:
    """One membership's ear. While it catches up, live events are held aside; `release` merges them by offset."""

    __slots__ = ("_ended", "_held", "_held_bytes", "live", "outbox", "seat")

    def __init__(self, outbox: Outbox, seat: Seat) -> None:
        self.seat = seat
        self.outbox = outbox
        self.live = False
        """Whether events go straight to the outbox."""
        self._held: list[Outgoing] = []
        self._held_bytes = 0
        self._ended = False

    @property
    def session(self) -> str:
        """Whose it is."""
        return self.seat.session

    @property
    def subject(self) -> str | None:
        """Whose it is."""
        return self.seat.subject

    def hold(self, event: Outgoing) -> None:
        """An event for a subscription that is not live."""
        if self._ended:
            return
        self._held_bytes += len(event.frame)
        if self._held_bytes <= self.outbox.limit:
            self._held.append(event)
        else:  # too far behind before it was even let in: it comes back
            self._ended = True
            self.outbox.give_up()

    def release(self, page: Replay) -> None:
        """Send what was missed, then what came meanwhile and is not part of it, then live."""
        held, self._held = self._held, []
        self.live = not self._ended
        for missed in page.entries:
            self.outbox.add(missed.frame)
        for event in held:
            is_new = event.offset > page.offset if event.offset else not event.latest
            if is_new:
                self.outbox.add(event.frame, event.policy)

    def resync(self, info: ResyncInfo) -> None:
        """Nothing more is delivered: the member must join again. A join that is not answered yet reads again."""
        if self.live:
            self.live, self._ended = False, True
            self.seat.resync(info)


class Hub:
    """The channels of one process. An address without members costs nothing. `clock` gives Unix time."""

    def __init__(
        self,
        contract: Contract,
        store: Store,
        clock: Callable[[], float],
        counts: Counts | None = None,
    ) -> None:
        self._contract = contract
        self.keeper = Keeper(contract, store, self, clock)
        self._rooms: dict[str, Room[Subscription]] = {}
        self.board: Board | None = None
        """Who is present; the app sets it."""
        self._counts = counts or Counts()
        self._batches = Batches(self._deliver, self._counts)

    def subscribe(
        self, address: str, outbox: Outbox, seat: Seat | None = None
    ) -> Subscription:
        """Hear everything from now on; nothing is delivered before `release`."""
        self._batches.flush(address)
        subscription = Subscription(outbox, seat or Seat())
        room = self._rooms.get(address)
        if room is None:
            room = self._rooms[address] = Room()
        room.add(subscription)
        return subscription

    def unsubscribe(self, address: str, subscription: Subscription) -> None:
        """Hear nothing more."""
        room = self._rooms.get(address)
        if room is not None:
            room.remove(subscription)
            if not room:
                del self._rooms[address]
                self.keeper.nobody(address)

    def count(self, address: str) -> int:
        """How many members an address has."""
        return len(self._rooms.get(address, ()))

    def seats(self, address: str, target: Target | None = None) -> list[Seat]:
        """The members of an address, or some of them, in the order in which they came."""
        room = self._rooms.get(address)
        if room is None:
            return []
        found = room.everyone() if target is None else room.chosen(target)
        return [each.seat for each in found]

    def emit(
        self,
        place: Place,
        event: ServerEvent[T],
        value: T,
        target: Target | None = None,
    ) -> None:
        """Tell every member, or some.

        Raises:
            InvalidPayload: The contract does not accept it. Nothing was sent.
            UsageError: It is for everybody or nobody: what is recorded, or kept as the latest.
        """
        if target is not None and (event.recorded or event.latest is not None):
            raise UsageError(f"{event.tag} is kept for everybody: it can't go to some")
        payload = self._encoded(event, place.address, value)
        self._send(place.address, event, payload, target)

    async def keep(self, place: Place, event: ServerEvent[T], value: T) -> int:
        """Keep an event that is recorded or the newest of its kind, then tell every member; its offset, 0 for none.

        Raises:
            InvalidPayload: The contract does not accept it. Nothing was kept or sent, and no offset taken.
            StoreUnavailable: The store does not take it now. Nothing was kept or sent.
            TooManyValues: There is no room for another newest value. Nothing was kept or sent.
        """
        payload = self._encoded(event, place.address, value)
        return await self.keeper.keep(place, event, payload)

    async def resync(self, place: Place, reason: str) -> None:
        """Have the members of an address join again, each with its position.

        Raises:
            StoreUnavailable: The history can't be read now. Nothing was told.
        """
        position = await self.keeper.position(place)
        self.start_afresh(place.address, position.epoch, reason)

    def tell(self, address: str, frame: bytes, policy: Policy | None = None) -> None:
        """Send a frame that is no event to every member."""
        self._deliver(address, Outgoing(0, frame, policy))

    def flush(self, address: str) -> None:
        """Send what waits to be sent together; for who goes live now, since it has the recorded part of that."""
        self._batches.flush(address)

    def flush_all(self) -> None:
        """The same everywhere, before the server stops."""
        self._batches.flush_all()

    def deliver(self, address: str, tag: str, kept: KeptFrame) -> None:
        """For the keeper: a kept event for every member."""
        _, event = self._contract.events.get(tag, (None, None))
        if not isinstance(event, ServerEvent):
            return
        policy = None if kept.offset else policy_of(event, address, kept.payload, "")
        out = Outgoing(kept.offset, kept.frame, policy, latest=kept.latest, tag=tag)
        self._batches.send(address, out, event.batch)

    def start_afresh(self, address: str, epoch: str, reason: str) -> None:
        """For the keeper: continuity is lost for every member; each joins again, at a moment of its own."""
        self._batches.flush(address)
        room = self._rooms.get(address)
        if room is None:
            return
        after = min(_LONGEST_SPREAD, len(room) * _SPREAD)
        info = ResyncInfo(epoch=epoch, after=after, reason=reason)
        for subscription in room.everyone():
            subscription.resync(info)

    def forward(
        self, place: Place, event: RelayEvent[Any], payload: bytes, by: str
    ) -> None:
        """Give a valid payload, as it came, to every member but the session that sent it."""
        address = place.address
        frame = encode_event(event.tag, 0, address, payload, by)
        policy = policy_of(event, address, payload, by)
        out = Outgoing(0, frame, policy, Target(but=by), tag=event.tag)
        self._batches.send(address, out, 0.0)

    def _send(
        self,
        address: str,
        event: ServerEvent[Any],
        payload: bytes,
        target: Target | None = None,
    ) -> None:
        frame = encode_event(event.tag, 0, address, payload)
        policy = policy_of(event, address, payload, "")
        out = Outgoing(0, frame, policy, target, tag=event.tag)
        self._batches.send(address, out, event.batch)

    def _deliver(self, address: str, event: Outgoing) -> None:
        room = self._rooms.get(address)
        if room is None:
            self._counts.give(event.tag, 0)
            return
        frame, policy, target = event.frame, event.policy, event.target
        receivers = room.everyone() if target is None else room.chosen(target)
        self._counts.give(event.tag, len(receivers))
        for each in receivers:
            if each.live:
                each.outbox.add(frame, policy)
            else:
                each.hold(event)

    def _encoded(self, event: ServerEvent[T], address: str, value: T) -> bytes:
        try:
            payload = event.payload.encode(value)
            self._check_size(event.tag, address, payload)
        except InvalidPayload:
            self._counts.refuse(event.tag)
            raise
        return payload

    def _check_size(self, tag: str, address: str, payload: bytes) -> None:
        limit = self._contract.limits.frame
        if len(payload) + len(address) + len(tag) + _HEADER > limit:
            raise InvalidPayload(
                tag, [Issue("", "too_large", f"must fit a frame of {limit} bytes")]
            )
