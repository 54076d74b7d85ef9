"""Events that are kept: the store has them before any member does, and members get them in the order of the store."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple, Protocol

from msgspec import Raw

from rtgen_runtime.broker.interface import Broker
from rtgen_runtime.broker.words import (
    Afresh,
    Dropped,
    Forms,
    News,
    Put,
    Recorded,
)
from rtgen_runtime.declarations import Channel, Contract, ServerEvent
from rtgen_runtime.errors import UsageError
from rtgen_runtime.frames import HistoryInfo, encode, encode_event
from rtgen_runtime.history.interface import (
    REPLAY_EVENTS,
    Cap,
    Entry,
    HistoryPage,
    PageQuery,
    Position,
)
from rtgen_runtime.history.recovery import Page, Reason
from rtgen_runtime.history.tails import KeptEvent, Replay, Tails
from rtgen_runtime.newest import Name, Newest, key_text, name_of
from rtgen_runtime.router import Place
from rtgen_runtime.stores.interface import Store
from rtgen_runtime.versions.ahead import Ahead, ClippedHistory
from rtgen_runtime.versions.past import Past, Refuse


class KeptFrame(NamedTuple):
    """An event that the store has: its offset (0 for none), its payload, and both as they travel.

    `latest`: those who join get it, or a newer one, with their join.
    """

    offset: int
    payload: bytes
    frame: bytes
    latest: bool = False


class Members(Protocol):
    """Whom the kept events are for."""

    def deliver(self, address: str, tag: str, kept: "KeptFrame") -> None:
        """Give everybody an event."""

    def tell_all(self, place: Place, event: ServerEvent[Any], payload: bytes) -> None:
        """Give everybody an event that nothing keeps, whichever process serves them."""

    def start_afresh(self, address: str, epoch: str, reason: str) -> None:
        """Continuity is lost: everybody joins again."""


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What a join gives: missed events, and newest values as pairs of tag and payload."""

    replay: Replay
    state: tuple[tuple[str, Raw], ...]


class Keeper:
    """What one process keeps, and gives to those who join. `clock` gives Unix time."""

    def __init__(
        self,
        contract: Contract,
        store: Store,
        members: Members,
        clock: Callable[[], float],
        broker: Broker,
        *,
        refuse: Refuse = lambda _what, _why: None,
    ) -> None:
        self._cap: Final = Cap(REPLAY_EVENTS, contract.limits.outbox // 2)
        self._kept: Final = frozenset(
            each.name for each in contract.channels if _is_kept(each)
        )
        """Channels of which anything is kept, by name."""
        self._members = members
        self._past = Past(contract, refuse)
        self._clock = clock
        self._store = store
        self._broker = broker
        self._ahead = Ahead(contract, refuse)
        history = ClippedHistory(store.history, self._ahead)
        self._tails = Tails(history, self._cap, clock, _encoded)
        self._newest = Newest(store.latest, most_bytes=self._cap.bytes)

    @property
    def store(self) -> Store:
        """What keeps it."""
        return self._store

    def nothing_missed(
        self, place: Place, since: tuple[str, int] | None
    ) -> CatchUp | None:
        """What a new member gets of a channel that keeps nothing; `None` where `catch_up` has to be awaited."""
        return (
            None if place.channel.name in self._kept else CatchUp(_nothing(since), ())
        )

    async def catch_up(self, place: Place, since: tuple[str, int] | None) -> CatchUp:
        """What a new member gets. Subscribe before you call it, and let it go live before you wait for anything else.

        Raises:
            StoreUnavailable: The store can't be read now.
        """
        size, address = place.channel.history, place.address
        has_latest = any(_is_latest(event) for event in place.channel.events)
        replay: Replay | None = _nothing(since)
        state: Mapping[Name, bytes] | None = {}
        while True:
            if size is not None:
                await self._tails.ready(address, size, since)
            if has_latest:
                await self._newest.ready(address)
                state = self._newest.state(address)
            if size is not None:
                known = self._ahead.known(address, since)
                replay = known or self._tails.replay(address, since)
            if replay is not None and state is not None:
                return CatchUp(replay, _given(place.channel, replay, state))

    async def keep(self, place: Place, event: ServerEvent[Any], data: bytes) -> int:
        """Keep an event that is recorded, or the newest of its kind; then give it to all. Its offset, 0 for none.

        Raises:
            StoreUnavailable: Nothing was kept or sent.
            TooManyValues: There is no room for another newest value. Nothing was kept or sent.
        """
        address, size = place.address, place.channel.history
        name: Name | None = None
        if event.latest is not None:
            name = name_of(event.tag, event.latest, data)
            await self._broker.ready(address)
            await self._newest.ready(address)
            self._newest.admit(address, name, data)
        try:
            if event.recorded and size is not None:
                key = None if name is None else name[1]
                kept = self._store.history.append(address, size, event.tag, data, key)
                news = partial(recorded, event.tag, data, key)
                position = await self._broker.record(address, kept, news)
                return position.offset
            if name is not None:
                put = self._store.latest.put(address, event.tag, name[1], data)
                said = Put(event.tag, name[1], data)
                await self._broker.record(address, put, lambda _: said)
            else:  # recorded, in a channel without a history
                self._members.tell_all(place, event, data)
            return 0
        finally:
            if name is not None:
                self._newest.settled(address, name)

    def newest(self, address: str) -> Mapping[Name, bytes]:
        """Newest values of an address that has members here, as far as they are known."""
        return self._newest.state(address) or {}

    async def forget(self, place: Place, event: str, key: object = None) -> None:
        """Keep no newest value of an event, for one value of its key.

        Raises:
            UsageError: The channel has no such `latest` event, or it has a key and none was given.
            StoreUnavailable: It is still kept.
        """
        tag = f"{place.channel.name}.{event}"
        found = next((each for each in place.channel.events if each.tag == tag), None)
        if not isinstance(found, ServerEvent) or found.latest is None:
            raise UsageError(f"{place.channel.name} has no latest event {event}")
        if bool(found.latest.key) is (key is None):
            words = f"needs its {found.latest.key}" if key is None else "has no key"
            raise UsageError(f"{tag} {words}")
        name = tag, "" if key is None else key_text(key)
        gone = self._store.latest.remove(place.address, *name)
        said = Dropped(*name)
        await self._broker.record(place.address, gone, lambda _: said)

    async def position(self, place: Place) -> Position:
        """Where the history of an address stands.

        Raises:
            StoreUnavailable: The history can't be read now.
        """
        size = place.channel.history
        if size is None:
            return Position("", 0)
        history = self._store.history
        span = await history.read(place.address, size, None, Cap(0, 0))
        return Position(span.epoch, span.top)

    async def page(self, place: Place, query: PageQuery) -> HistoryPage:
        """Some events of the history.

        Raises:
            StoreUnavailable: The history can't be read now.
        """
        size = place.channel.history
        if size is None:
            return HistoryPage("", (), more=False)
        return await self._store.history.page(place.address, size, query, self._cap)

    async def invalidate(self, place: Place) -> None:
        """Forget the history of an address, and have its members start afresh.

        Raises:
            StoreUnavailable: The store does not take it now. Nothing was changed.
        """
        kept = self._store.history.invalidate(place.address)
        await self._broker.record(place.address, kept, invalidated)

    def nobody(self, address: str) -> None:
        """The last member of an address is gone."""
        self._tails.drop(address)
        self._ahead.forget(address)

    def deaf(self, address: str) -> None:
        """An address is not heard any longer."""
        self._tails.drop(address)
        self._newest.drop(address)
        self._ahead.forget(address)

    async def close(self) -> None:
        """Wait until the store has answered for everything, then close it."""
        await self._broker.drained()
        await self._store.close()

    def hear(self, address: str, heard: News) -> None:
        """What has become of the things that are kept of an address, in the order of the store."""
        heard = self._past.own(heard)
        if isinstance(heard, Recorded) and self._ahead.holds(address, heard):
            return
        news = self._past.news(heard)
        match news:
            case Recorded():
                self._recorded(address, news)
            case Put(tag, key, payload):
                self._newest.hear(address, (tag, key), payload)
                frame = encode_event(tag, 0, address, payload)
                kept = KeptFrame(0, payload, frame, latest=True)
                self._members.deliver(address, tag, kept)
            case Dropped(tag, key):
                self._newest.hear(address, (tag, key), None)
            case Afresh(epoch, reason):
                self._start_afresh(address, reason, epoch)

    def _recorded(self, address: str, news: Recorded) -> None:
        tag, payload, offset = news.event, news.payload, news.offset
        entry = Entry(offset, tag, payload, self._clock())
        frame = _encoded(address, entry)
        if news.key is not None:
            self._newest.hear(address, (tag, news.key), payload)
        position = Position(news.epoch, offset)
        if self._tails.hear(address, position, KeptEvent.of(entry, frame)):
            self._members.deliver(address, tag, KeptFrame(offset, payload, frame))
        else:
            self._start_afresh(address, Reason.EPOCH_CHANGED, news.epoch)

    def _start_afresh(self, address: str, reason: str, epoch: str) -> None:
        self._tails.drop(address)
        self._ahead.forget(address)
        self._members.start_afresh(address, epoch, reason)


def recorded(
    tag: str,
    payload: bytes,
    key: str | None,
    position: Position,
    *,
    version: str = "",
    older: Forms | None = None,
) -> Recorded:
    """What is told of an event that the history has."""
    epoch, offset = position
    return Recorded(tag, payload, epoch, offset, key, version, older or {})


def invalidated(position: Position) -> Afresh:
    """What is told of a history that was forgotten."""
    return Afresh(position.epoch, Reason.INVALIDATED)


def history_reply(page: HistoryPage) -> bytes:
    """A page as it travels."""
    events = tuple(
        (entry.tag, entry.offset, Raw(entry.payload)) for entry in page.entries
    )
    info = HistoryInfo(epoch=page.epoch, events=events, more=page.more)
    return encode(info)


def _encoded(address: str, entry: Entry) -> bytes:
    return encode_event(entry.tag, entry.offset, address, entry.payload)


def _nothing(since: tuple[str, int] | None) -> Replay:
    """Of a channel without a history; who had a position of one has to start afresh."""
    return Page("", 0, reason=Reason.TOO_OLD if since else "")


def _is_kept(channel: Channel) -> bool:
    return channel.history is not None or any(map(_is_latest, channel.events))


def _is_latest(event: object) -> bool:
    return isinstance(event, ServerEvent) and event.latest is not None


def _given(
    channel: Channel, replay: Replay, state: Mapping[Name, bytes]
) -> tuple[tuple[str, Raw], ...]:
    """Values that the member does not have: a recorded one is among what it had, or is being replayed."""
    known = {
        event.tag
        for event in channel.events
        if replay.recovered and isinstance(event, ServerEvent) and event.recorded
    }
    return tuple(
        (tag, Raw(payload)) for (tag, _), payload in state.items() if tag not in known
    )
