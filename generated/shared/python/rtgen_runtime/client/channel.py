"""A channel as a client has joined it: base of the generated classes."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from msgspec import Raw

from rtgen_runtime.client.decoding import IncomingEvent
from rtgen_runtime.client.events import Events, Received
from rtgen_runtime.client.history import HISTORY_TIMEOUT, Reading, Recorded
from rtgen_runtime.client.present import Present
from rtgen_runtime.client.processed import Processed
from rtgen_runtime.declarations import (
    Channel,
    NoticeEvent,
    RelayEvent,
    RequestEvent,
    ServerEvent,
)
from rtgen_runtime.errors import InvalidPayload, RealtimeError, UsageError
from rtgen_runtime.frames import JoinedInfo, Position
from rtgen_runtime.newest import name_of
from rtgen_runtime.presence.frames import Presence
from rtgen_runtime.validation import Schema

if TYPE_CHECKING:
    from rtgen_runtime.client.client import Client

P = TypeVar("P")
T = TypeVar("T")
R = TypeVar("R")

_PATIENCE: Final = 10.0
"""Seconds for the answer to a request of the protocol."""


class JoinedChannel(Generic[P]):
    """One address that a client is in, over all its connections, until `leave`."""

    def __init__(
        self, client: "Client", channel: Channel, params: P, address: str
    ) -> None:
        self._client = client
        self._channel = channel
        self._params = params
        self._address = address
        self._streams: dict[str, Events[Any]] = {}
        self._resyncs: Events[str] = Events()
        self._presence: Present[Any] | None = None
        if channel.presence is not None:
            self._presence = Present(channel.presence.state, self._request)
        self._processed = Processed()
        self._was_joined = self._resumes = False
        self.recovered: bool | None = None
        """Whether the last join after a reconnect closed the gap; `None` before the first reconnect."""

    @property
    def params(self) -> P:
        """The parameters of the address."""
        return self._params

    @property
    def address(self) -> str:
        """The address, with its parameters filled in."""
        return self._address

    @property
    def processed(self) -> Position | None:
        """Epoch and offset up to which all iterations have finished the recorded events: what to keep for later."""
        return self._processed.position

    @property
    def resyncs(self) -> Events[str]:
        """Each time events were missed that can't be had any more: why. Load your data anew then."""
        return self._resyncs

    async def history(
        self, *, after: int | None = None, before: int | None = None, page: int = 50
    ) -> AsyncIterator[Recorded]:
        """Recorded events, read in pages: the older ones from `before` (or the newest) down, or from `after` up.

        Events that the contract does not know, or does not accept, are left out.

        Raises:
            HistoryChanged: The offsets started over between two pages.
            RequestFailed: The server can't read its history now.
            OutcomeUnknown: No answer came.
        """
        reading = Reading(after, before, page)
        while not reading.done:
            raw = await self._client.request(
                "$history",
                self._address,
                reading.options(),
                HISTORY_TIMEOUT,
                repeatable=True,
            )
            for recorded in reading.take(raw, self._channel):
                yield recorded

    async def leave(self) -> None:
        """Be in the channel no longer; iterations end."""
        self._client.leave(self._address)

    def _events(self, event: ServerEvent[T] | RelayEvent[T]) -> Events[T]:
        return self._stream(event.tag)

    def _stream(self, tag: str) -> Events[Any]:
        stream = self._streams.get(tag)
        if stream is None:
            event = next(each for each in self._channel.events if each.tag == tag)
            recorded = isinstance(event, ServerEvent) and event.recorded
            stream = Events(holds=self._resumes and recorded)
            self._streams[tag] = stream
        return stream

    def resume(self) -> None:
        """For the client only: it goes on from a position, so what comes before anybody listens is held for them."""
        self._resumes = True

    async def _ask(self, event: RequestEvent[T, R], payload: T) -> R:
        return await self._client.ask(self._address, event, payload)

    def _tell(self, event: NoticeEvent[T] | RelayEvent[T], payload: T) -> None:
        self._client.tell(self._address, event, payload)

    def deliver(
        self,
        event: ServerEvent[Any] | RelayEvent[Any],
        incoming: IncomingEvent,
        position: Position | None,
    ) -> None:
        """For the client only: an event has come; `position` is where it moves a membership, if it is recorded.

        Raises:
            InvalidPayload: The contract does not accept it; no iteration sees it.
        """
        latest = event.latest if isinstance(event, ServerEvent) else None
        if latest is not None or (self._resumes and position is not None):
            self._stream(event.tag)
        stream = self._streams.get(event.tag)
        try:
            payload = event.payload.decode(incoming.payload)
        except InvalidPayload as error:
            self._processed.reach(position)
            raise InvalidPayload(event.tag, error.issues) from None
        mark = self._processed.reach(position, 0 if stream is None else stream.waiting)
        if stream is None:
            return
        received = Received(payload, incoming.offset, incoming.by)
        stream.emit(received, mark)
        if latest is not None:
            stream.keep(name_of(event.tag, latest, incoming.payload)[1], received)

    def _present(self, _schema: Schema[T]) -> Present[T]:
        if self._presence is None:
            raise UsageError(f"the channel {self._channel.name} has no presence")
        return self._presence

    async def _request(self, tag: str, payload: bytes) -> bytes:
        return await self._client.request(tag, self._address, payload, _PATIENCE)

    def joined(self, info: JoinedInfo, position: Position | None, lost: str) -> None:
        """For the client only: a join was answered; `lost` says why something was missed for good."""
        if self._presence is not None and isinstance(info.presence, Raw):
            self._presence.joined(info.presence)
        self._processed.reach(position)
        if self._was_joined or self._resumes or lost:
            self.recovered = not lost
        self._was_joined = True
        if lost:
            self._resyncs.emit(Received(lost, 0, ""))

    def hear(self, frame: Presence) -> None:
        """For the client only: somebody came, changed or went."""
        if self._presence is not None:
            self._presence.hear(frame)

    def end(self, error: RealtimeError | None) -> None:
        """For the client only: the membership is over."""
        for stream in (*self._streams.values(), self._resyncs):
            stream.end(error)
        if self._presence is not None:
            self._presence.end(error)
