"""Who listens where, and how an event gets to all of them: encoded once, written once a turn to each."""

from collections.abc import Callable
from typing import TypeVar

from rtgen_runtime.declarations import Contract, ServerEvent
from rtgen_runtime.errors import InvalidPayload, Issue
from rtgen_runtime.frames import encode_event
from rtgen_runtime.history.interface import REPLAY_EVENTS, History, Page, ReplayCap
from rtgen_runtime.outbox import Outbox
from rtgen_runtime.router import Place

T = TypeVar("T")

_HEADER = 256
"""Bytes that a frame may have beside its payload and address."""


class Subscription:
    """One membership's ear. While it catches up, live events are held aside; `release` merges them by offset."""

    __slots__ = ("_held", "_held_bytes", "_outbox")

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._held: list[tuple[int, bytes]] | None = []
        self._held_bytes = 0

    def deliver(self, offset: int, frame: bytes) -> None:
        """A live event."""
        if self._held is None:
            self._outbox.add(frame)
            return
        self._held_bytes += len(frame)
        if self._held_bytes <= self._outbox.limit:
            self._held.append((offset, frame))
        else:
            self._outbox.add(
                frame
            )  # it is bounded, and ends a connection that is this far behind

    def release(self, address: str, page: Page) -> None:
        """Send what was missed, then what came meanwhile and is not part of it, then live."""
        held, self._held = self._held or [], None
        for entry in page.entries:
            self._outbox.add(
                encode_event(entry.tag, entry.offset, address, entry.payload)
            )
        for offset, frame in held:
            if offset == 0 or offset > page.offset:
                self._outbox.add(frame)


class Hub:
    """The channels of one process. An address without members costs nothing."""

    def __init__(
        self, contract: Contract, history: History, clock: Callable[[], float]
    ) -> None:
        self._contract = contract
        self._history = history
        self._clock = clock
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

    def count(self, address: str) -> int:
        """How many members an address has."""
        return len(self._members.get(address, ()))

    async def catch_up(self, place: Place, since: tuple[str, int] | None) -> Page:
        """What a new member has missed. Subscribe before you call it, or the gap between is lost."""
        size = place.channel.history
        if size is None:
            return Page(self._history.epoch, 0, reason="too_old" if since else "")
        cap = ReplayCap(REPLAY_EVENTS, self._contract.limits.outbox // 2)
        return await self._history.read(place.address, size, since, cap, self._clock())

    def emit(self, place: Place, event: ServerEvent[T], value: T) -> int:
        """Tell every member; the event's offset, 0 where it is not recorded.

        Raises:
            InvalidPayload: The contract does not accept it. Nothing was sent or recorded.
        """
        payload = event.payload.encode(value)
        self._check_size(event.tag, place.address, payload)
        offset = 0
        if event.recorded and place.channel.history is not None:
            offset = self._history.append(
                place.address, place.channel.history, event.tag, payload, self._clock()
            )
        self._fan_out(
            place.address,
            offset,
            encode_event(event.tag, offset, place.address, payload),
        )
        return offset

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
