"""Who listens where, and how an event gets to all of them: encoded once, written once a turn to each."""

from collections.abc import Callable
from typing import Final, TypeVar

from rtgen_runtime.declarations import Contract, ServerEvent
from rtgen_runtime.errors import InvalidPayload, Issue
from rtgen_runtime.frames import ResyncInfo, encode_event
from rtgen_runtime.history.tails import Replay
from rtgen_runtime.keeping import Keeper
from rtgen_runtime.outbox import Outbox
from rtgen_runtime.router import Place
from rtgen_runtime.stores.interface import Store

T = TypeVar("T")

Lost = Callable[[ResyncInfo], None]

_HEADER: Final = 256
"""Bytes that a frame may have beside its payload and address."""

_SPREAD: Final = 0.002
"""Seconds for each member of an address over which a resynchronisation is spread, so that they don't come at once."""

_LONGEST_SPREAD: Final = 20.0


class Subscription:
    """One membership's ear. While it catches up, live events are held aside; `release` merges them by offset."""

    __slots__ = ("_ended", "_held", "_held_bytes", "_lost", "_outbox")

    def __init__(self, outbox: Outbox, lost: Lost) -> None:
        self._outbox = outbox
        self._lost = lost
        self._held: list[tuple[int, bytes, bool]] | None = []
        self._held_bytes = 0
        self._ended = False

    def deliver(self, offset: int, frame: bytes, *, latest: bool = False) -> None:
        """A live event. `latest`: what a member gets with its join is as new, or newer."""
        if self._ended:
            return
        if self._held is None:
            self._outbox.add(frame)
            return
        self._held_bytes += len(frame)
        if self._held_bytes <= self._outbox.limit:
            self._held.append((offset, frame, latest))
        else:  # too far behind before it was even let in: it comes back
            self._ended = True
            self._outbox.give_up()

    def release(self, page: Replay) -> None:
        """Send what was missed, then what came meanwhile and is not part of it, then live."""
        held, self._held = self._held or [], None
        for event in page.entries:
            self._outbox.add(event.frame)
        for offset, frame, latest in held:
            is_new = offset > page.offset if offset else not latest
            if is_new:
                self._outbox.add(frame)

    def resync(self, info: ResyncInfo) -> None:
        """Nothing more is delivered: the member must join again. A join that is not answered yet reads again."""
        if self._held is None and not self._ended:
            self._ended = True
            self._lost(info)


class Hub:
    """The channels of one process. An address without members costs nothing. `clock` gives Unix time."""

    def __init__(
        self, contract: Contract, store: Store, clock: Callable[[], float]
    ) -> None:
        self._contract = contract
        self._members: dict[str, dict[Subscription, None]] = {}
        self.keeper = Keeper(contract, store, self, clock)

    def subscribe(self, address: str, outbox: Outbox, lost: Lost) -> Subscription:
        """Hear everything from now on; nothing is delivered before `release`. `lost` is told when continuity is."""
        subscription = Subscription(outbox, lost)
        self._members.setdefault(address, {})[subscription] = None
        return subscription

    def unsubscribe(self, address: str, subscription: Subscription) -> None:
        """Hear nothing more."""
        members = self._members.get(address)
        if members is not None:
            members.pop(subscription, None)
            if not members:
                del self._members[address]
                self.keeper.nobody(address)

    def count(self, address: str) -> int:
        """How many members an address has."""
        return len(self._members.get(address, ()))

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

    async def keep(self, place: Place, event: ServerEvent[T], value: T) -> int:
        """Keep an event that is recorded or the newest of its kind, then tell every member; its offset, 0 for none.

        Raises:
            InvalidPayload: The contract does not accept it. Nothing was kept or sent, and no offset taken.
            StoreUnavailable: The store does not take it now. Nothing was kept or sent.
            TooManyValues: There is no room for another newest value. Nothing was kept or sent.
        """
        payload = event.payload.encode(value)
        self._check_size(event.tag, place.address, payload)
        return await self.keeper.keep(place, event, payload)

    def deliver(self, address: str, offset: int, frame: bytes, *, latest: bool) -> None:
        """For the keeper: a kept event for every member."""
        for subscription in tuple(self._members.get(address, ())):
            subscription.deliver(offset, frame, latest=latest)

    def start_afresh(self, address: str, epoch: str, reason: str) -> None:
        """For the keeper: continuity is lost for every member; each joins again, at a moment of its own."""
        members = self._members.get(address, {})
        after = min(_LONGEST_SPREAD, len(members) * _SPREAD)
        info = ResyncInfo(epoch=epoch, after=after, reason=reason)
        for subscription in tuple(members):
            subscription.resync(info)

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
