"""Who listens where, and how an event gets to all of them: encoded once, written once a turn to each."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from rtgen_runtime.audience import WORTH_IT, Audience
from rtgen_runtime.backlog import Counts, Policy
from rtgen_runtime.batches import Batches, Outgoing
from rtgen_runtime.broker.alone import Alone
from rtgen_runtime.broker.interface import Broker
from rtgen_runtime.broker.words import Afresh, Control, News, PutOut, Said, To, Word
from rtgen_runtime.declarations import Contract, RelayEvent, ServerEvent
from rtgen_runtime.errors import InvalidPayload, Issue, UsageError
from rtgen_runtime.frames import ResyncInfo, encode_event, is_event, payload_of
from rtgen_runtime.keeping import Keeper, KeptFrame
from rtgen_runtime.outbox import Flusher, Outbox
from rtgen_runtime.presence.board import Board
from rtgen_runtime.rooms import Target, behind
from rtgen_runtime.router import Place
from rtgen_runtime.seats import Seat
from rtgen_runtime.sparing import policy_of
from rtgen_runtime.stores.interface import Store
from rtgen_runtime.subscriptions import Subscription
from rtgen_runtime.versions.older import Older
from rtgen_runtime.versions.past import Past
from rtgen_runtime.versions.refusing import Refusals

T = TypeVar("T")

_HEADER: Final = 256
"""Bytes that a frame may have beside its payload and address."""

_SPREAD: Final = 0.002
"""Seconds for each member of an address over which a resynchronisation is spread, so that they don't come at once."""

_LONGEST_SPREAD: Final = 20.0


class Hub:
    """The channels of one process. An address without members costs nothing. `clock` gives Unix time.

    What is said here goes to the members that this process serves, and through the broker to those of the others.
    """

    def __init__(
        self,
        contract: Contract,
        store: Store,
        clock: Callable[[], float],
        flusher: Flusher | None = None,
    ) -> None:
        self._contract = contract
        self.refusals = Refusals()
        """What other processes say and this one can't take."""
        self._past = Past(contract, self.refusals.note)
        self._older = Older(contract)
        self._clock = clock
        self.broker: Broker = Alone()
        self._has_others = False
        self.broker.listen(self)
        self.use(store)
        self.heard: Callable[[Control], None] = lambda _control: None
        """What other processes say about connections; the app sets it."""
        self.on_strange: Callable[[str], None] = lambda _address: None
        """Called with an address at which another process said what is no event of it."""
        self._rooms: dict[str, Audience[Subscription]] = {}
        self.board: Board | None = None
        """Who is present; the app sets it."""
        self._flusher = flusher
        self._counts = Counts() if flusher is None else flusher.counts
        self._batches = Batches(self._deliver_all, self._counts)

    def use(self, store: Store, broker: Broker | None = None) -> None:
        """Keep things there, and be one with these others; before anything is served."""
        if broker is not None:
            self.broker, self._has_others = broker, True
            broker.listen(self)
        self.keeper = Keeper(
            self._contract,
            store,
            self,
            self._clock,
            self.broker,
            refuse=self.refusals.note,
        )

    def subscribe(
        self, address: str, outbox: Outbox, seat: Seat | None = None
    ) -> Subscription:
        """Hear everything from now on; nothing is delivered before `release`."""
        self._batches.flush(address)
        subscription = Subscription(outbox, seat or Seat())
        room = self._rooms.get(address)
        if room is None:
            room = self._rooms[address] = Audience()
        room.add(subscription)
        self.broker.members(address, len(room))
        return subscription

    def unsubscribe(self, address: str, subscription: Subscription) -> None:
        """Hear nothing more."""
        room = self._rooms.get(address)
        if room is not None:
            room.remove(subscription)
            self.broker.members(address, len(room))
            if not room:
                del self._rooms[address]
                self.let_go(address)

    def let_go(self, address: str) -> None:
        """Keep nothing at hand of an address that nobody here listens to."""
        if address not in self._rooms:
            self.keeper.nobody(address)

    def count(self, address: str) -> int:
        """How many members an address has, wherever they are served."""
        return len(self._rooms.get(address, ())) + self.broker.elsewhere(address)

    def seats(self, address: str, target: Target | None = None) -> Sequence[Seat]:
        """The members of an address that are here, or some of them, in the order in which they came."""
        room = self._rooms.get(address)
        if room is None:
            return ()
        return room.everyone() if target is None else room.chosen(target)

    def put_out(self, address: str, target: Target, code: str, again: str) -> int:
        """End some memberships, wherever they are served; how many there were here."""
        self.broker.say(
            address, PutOut(To(target.session, target.subject), code, again)
        )
        return self._put_out(address, target, code, again)

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
        self.broker.say(place.address, Afresh(position.epoch, reason))
        self.start_afresh(place.address, position.epoch, reason)

    def said(self, address: str, word: Word) -> None:
        """For the broker: another process says something to the members of an address."""
        match word:
            case Said():
                self._repeat(address, word)
            case PutOut(to, code, again):
                self._put_out(address, to.target, code, again)
            case Afresh(epoch, reason):
                self.start_afresh(address, epoch, reason)

    def news(self, address: str, news: News) -> None:
        """For the broker: something is kept."""
        self.keeper.hear(address, news)

    def deaf(self, address: str) -> None:
        """For the broker: an address is not heard any longer."""
        self.keeper.deaf(address)

    def control(self, control: Control) -> None:
        """For the broker: another process says something about connections."""
        self.heard(control)

    def flags_changed(self, address: str) -> None:
        """Other flags are on for some member of an address."""
        room = self._rooms.get(address)
        if room is not None:
            room.flags_changed()

    def tell(self, address: str, frame: bytes, policy: Policy | None = None) -> None:
        """Send a frame that is no event to every member that is here."""
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
            if kept.offset:  # of another version: nobody knows it, but it counts
                out = Outgoing(kept.offset, kept.frame, tag="")
                self._batches.send(address, out, 0.0)
            return
        policy = None if kept.offset else policy_of(event, address, kept.payload, "")
        target = behind(event.flag)
        out = Outgoing(kept.offset, kept.frame, policy, target, kept.latest, tag)
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
        room.fell_silent()

    def forward(
        self, place: Place, event: RelayEvent[Any], payload: bytes, by: str
    ) -> None:
        """Give a valid payload, as it came, to every member but the session that sent it."""
        address = place.address
        frame = encode_event(event.tag, 0, address, payload, by)
        target = Target(but=by)
        if self._has_others:
            self.broker.say(
                address, self._saying(event.tag, frame, by, target, payload)
            )
        policy = policy_of(event, address, payload, by)
        out = Outgoing(0, frame, policy, behind(event.flag, target), tag=event.tag)
        self._batches.send(address, out, 0.0)

    def tell_all(self, place: Place, event: ServerEvent[Any], payload: bytes) -> None:
        """For the keeper: an event that nothing keeps."""
        self._send(place.address, event, payload)

    def _send(
        self,
        address: str,
        event: ServerEvent[Any],
        payload: bytes,
        target: Target | None = None,
    ) -> None:
        frame = encode_event(event.tag, 0, address, payload)
        if self._has_others:
            self.broker.say(
                address, self._saying(event.tag, frame, "", target, payload)
            )
        policy = policy_of(event, address, payload, "")
        out = Outgoing(0, frame, policy, behind(event.flag, target), tag=event.tag)
        self._batches.send(address, out, event.batch)

    def _saying(
        self, tag: str, frame: bytes, by: str, target: Target | None, payload: bytes
    ) -> Said:
        version, older = self._contract.version, self._older.event(tag, payload)
        return Said(tag, frame, by, To.of(target), version, older)

    def _repeat(self, address: str, heard: Said) -> None:
        """An event of another process, for the members that are here."""
        said = self._past.said(address, heard)
        if said is None:
            return
        _, event = self._contract.events.get(said.event, (None, None))
        if not isinstance(event, ServerEvent | RelayEvent) or not is_event(
            said.frame, said.event, address
        ):
            self.on_strange(address)
            return
        keyed = event.conflate is not None and event.conflate.key
        payload = payload_of(said.frame) if keyed else b""
        policy = policy_of(event, address, payload, said.by)
        target = behind(event.flag, None if said.to is None else said.to.target)
        out = Outgoing(0, said.frame, policy, target, tag=event.tag)
        delay = event.batch if isinstance(event, ServerEvent) else 0.0
        self._batches.send(address, out, delay)

    def _put_out(self, address: str, target: Target, code: str, again: str) -> int:
        seats = self.seats(address, target)
        for seat in seats:
            seat.put_out(code, again)
        return len(seats)

    def _deliver_all(self, address: str, events: Sequence[Outgoing]) -> None:
        """What goes to an address together, in its order."""
        for event in events:
            self._deliver(address, event)

    def _deliver(self, address: str, event: Outgoing) -> None:
        room = self._rooms.get(address)
        if room is None:
            self._counts.give(event.tag, 0)
            return
        target = event.target
        left_out = () if target is None else room.left_out(target)
        if self._flusher is not None and left_out is not None and len(room) >= WORTH_IT:
            self._share(self._flusher, room, event, left_out)
            return
        receivers = room.everyone() if target is None else room.chosen(target)
        self._counts.give(event.tag, len(receivers))
        for each in receivers:
            if each.live:
                each.outbox.add(event.frame, event.policy)
            else:
                each.hold(event)

    def _share(
        self,
        flusher: Flusher,
        room: Audience[Subscription],
        event: Outgoing,
        left_out: Sequence[Subscription],
    ) -> None:
        """The same for all members but a few, whatever their number: each is visited when the turn ends."""
        outboxes, silent = room.ready()
        self._counts.give(event.tag, len(room) - len(left_out))
        without = [each.outbox for each in left_out]
        if outboxes:
            flusher.share(outboxes, event.frame, event.policy, without)
        for each in silent:
            if each not in left_out:
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
