"""A channel as a client has joined it: base of the generated classes."""

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rtgen_runtime.client.events import Events, Received
from rtgen_runtime.declarations import (
    Channel,
    NoticeEvent,
    RelayEvent,
    RequestEvent,
    ServerEvent,
)
from rtgen_runtime.errors import InvalidPayload, RealtimeError

if TYPE_CHECKING:
    from rtgen_runtime.client.client import Client

P = TypeVar("P")
T = TypeVar("T")
R = TypeVar("R")


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
    def resyncs(self) -> Events[str]:
        """Each time events were missed that can't be had any more: why. Load your data anew then."""
        return self._resyncs

    async def leave(self) -> None:
        """Be in the channel no longer; iterations end."""
        self._client.leave(self._address)

    def _events(self, event: ServerEvent[T] | RelayEvent[T]) -> Events[T]:
        return self._streams.setdefault(event.tag, Events())

    async def _ask(self, event: RequestEvent[T, R], payload: T) -> R:
        return await self._client.ask(self._address, event, payload)

    def _tell(self, event: NoticeEvent[T] | RelayEvent[T], payload: T) -> None:
        self._client.tell(self._address, event, payload)

    def deliver(
        self,
        event: ServerEvent[Any] | RelayEvent[Any],
        raw: bytes,
        offset: int,
        by: str,
    ) -> None:
        """For the client only: an event has come.

        Raises:
            InvalidPayload: The contract does not accept it; no iteration sees it.
        """
        stream = self._streams.get(event.tag)
        try:
            payload = event.payload.decode(raw)
        except InvalidPayload as error:
            raise InvalidPayload(event.tag, error.issues) from None
        if stream is not None:
            stream.emit(Received(payload, offset, by))

    def resync(self, reason: str) -> None:
        """For the client only: continuity was lost."""
        self._resyncs.emit(Received(reason, 0, ""))

    def end(self, error: RealtimeError | None) -> None:
        """For the client only: the membership is over."""
        for stream in (*self._streams.values(), self._resyncs):
            stream.end(error)
