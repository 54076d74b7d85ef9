"""Drives a client's machine: sockets, a clock, futures for those who wait."""

import asyncio
import logging
import random
import secrets
from functools import partial
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from rtgen_runtime.client.channel import JoinedChannel
from rtgen_runtime.client.effects import (
    ClientEffect,
    Ended,
    EventArrived,
    FlagsHeard,
    Greeted,
    HangUp,
    JoinPostponed,
    JoinSettled,
    Open,
    PresenceHeard,
    RequestSettled,
    Status,
    StatusChanged,
    TokenNeeded,
    Transmit,
)
from rtgen_runtime.client.events import Events, Received
from rtgen_runtime.client.failures import answer
from rtgen_runtime.client.flags import HeardFlags
from rtgen_runtime.client.joins import Joins
from rtgen_runtime.client.lines import Line
from rtgen_runtime.client.machine import ClientMachine
from rtgen_runtime.client.processed import Load, Positions
from rtgen_runtime.client.renewal import Token
from rtgen_runtime.client.socket import (
    Connect,
    Encoding,
    Socket,
    SocketClosed,
    codec_of,
    open_websocket,
)
from rtgen_runtime.client.tokens import token_of
from rtgen_runtime.declarations import (
    Channel,
    Contract,
    NoticeEvent,
    RelayEvent,
    RequestEvent,
    ServerEvent,
)
from rtgen_runtime.errors import (
    ConnectionClosed,
    DomainError,
    InvalidPayload,
    NotConnected,
    UsageError,
)
from rtgen_runtime.frames import Position
from rtgen_runtime.router import format_address

T = TypeVar("T")
R = TypeVar("R")
F = TypeVar("F")
J = TypeVar("J", bound=JoinedChannel[Any])

_logger: Final = logging.getLogger("rtgen.client")


class Client:
    """Base of every generated client. Entering it connects, and waits until the server has accepted.

    It comes back by itself after a lost connection, to all its channels, until it is closed. `positions` are those
    that an earlier client has processed, by address: joins go on from there.

    Raises:
        UsageError: The URL is none of a WebSocket.
        ConnectionClosed: From `async with` and from joins, when the server refuses for good.
    """

    def __init__(
        self,
        contract: Contract,
        url: str,
        *,
        token: Token | None = None,
        encoding: Encoding = "json",
        connect: Connect | None = None,
        positions: Positions | None = None,
    ) -> None:
        if not url.startswith(("ws://", "wss://")):
            raise UsageError(
                f"{url!r} is no WebSocket URL: it begins with ws:// or wss://"
            )
        self.url = url
        self._contract = contract
        self._token = token
        self._codec = codec_of(encoding)
        self._connect = connect or partial(open_websocket, encoding=encoding)
        self._machine = ClientMachine(
            contract, secrets.token_urlsafe(12), random.SystemRandom().random, url=url
        )
        self._machine.renewal.is_possible = callable(token)
        self._renewing: asyncio.Task[None] | None = None
        self._joins = Joins(positions or {})
        self._requests: dict[int, asyncio.Future[RequestSettled]] = {}
        self._lines: dict[int, Line] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._greeted: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = float("inf")
        self._statuses: Events[Status] = Events()
        self._heard_flags = HeardFlags(contract.flags)
        self._invalid = 0
        self._closed: ConnectionClosed | None = None

    @property
    def status(self) -> Status:
        """How the connection stands."""
        return self._machine.status

    @property
    def statuses(self) -> Events[Status]:
        """Each new status, beginning with the current one."""
        return self._statuses

    @property
    def positions(self) -> dict[str, Position]:
        """Up to where the recorded events of each channel were processed; what to keep, and to begin with again."""
        return self._joins.positions()

    @property
    def ignored(self) -> int:
        """How many frames and events this client did not know, or could not accept."""
        return self._machine.conversing.ignored + self._invalid

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._greeted = loop.create_future()
        self._apply(self._machine.start(loop.time()))
        try:
            await asyncio.shield(self._greeted)
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the connection and all iterations; what waits for an answer gets `Disconnected`."""
        self._apply(self._machine.close())
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._renewing is not None:
            self._renewing.cancel()
        renewing = [] if self._renewing is None else [self._renewing]
        await asyncio.gather(*self._ending, *renewing, return_exceptions=True)

    async def _join(
        self, kind: type[J], channel: Channel, params: object, load: Load | None = None
    ) -> J:
        if self._closed is not None:
            raise self._closed
        address = format_address(channel.address, channel.params.plain(params))
        joined = self._joins.channels.get(address)
        if joined is None:
            joined = kind(self, channel, params, address)
            self._joins.add(joined, load)
            try:
                position = await self._joins.begin(address)
            except BaseException:
                self.leave(address)
                raise
            self._apply(self._machine.join(address, self._now(), position))
        if not isinstance(joined, kind):
            raise TypeError(f"{address} is joined as {type(joined).__name__}")
        try:
            await self._joins.granted(address)
        except asyncio.CancelledError:
            if self._joins.is_unwanted(address):
                self.leave(address)
            raise
        return joined

    def leave(self, address: str) -> None:
        """Leave a channel; better `await channel.leave()`."""
        if self._joins.remove(address, None):
            self._apply(self._machine.leave(address))

    async def ask(self, address: str, event: RequestEvent[T, R], payload: T) -> R:
        """Send a request and wait for its reply; the generated methods do it typed."""
        raw = event.payload.encode(payload)
        reply = await self.request(
            event.tag,
            address,
            raw,
            event.timeout,
            event.errors,
            repeatable=event.idempotent > 0,
        )
        return event.reply.decode(reply)

    async def request(
        self,
        tag: str,
        address: str,
        raw: bytes,
        patience: float,
        errors: tuple[type[DomainError], ...] = (),
        *,
        repeatable: bool = False,
    ) -> bytes:
        """Send a request as text, and wait for the text of its reply, at most `patience` seconds.

        A `repeatable` one is sent again after a reconnect.
        """
        self._check_joined(address)
        deadline = self._now() + patience
        ref, effects = self._machine.ask(
            tag, address, raw, deadline=deadline, repeatable=repeatable
        )
        waiting: asyncio.Future[RequestSettled] = (
            asyncio.get_running_loop().create_future()
        )
        self._requests[ref] = waiting
        self._apply(effects)
        try:
            return answer(tag, await waiting, errors)
        finally:
            # Also when whoever waits is cancelled: nothing of it stays.
            self._requests.pop(ref, None)
            self._apply(self._machine.forget(ref))

    def tell(
        self, address: str, event: NoticeEvent[T] | RelayEvent[T], payload: T
    ) -> None:
        """Send an event that wants no answer; the generated methods do it typed."""
        raw = event.payload.encode(payload)
        self._check_joined(address)
        self._apply(self._machine.tell(event.tag, address, raw))

    def _flags(self, _kind: type[F]) -> F:
        flags: F = self._heard_flags.current
        return flags

    def _flag_changes(self, _kind: type[F]) -> Events[F]:
        return self._heard_flags.changes

    def _check_joined(self, address: str) -> None:
        if not self._machine.is_joined(address):
            raise NotConnected(
                f"{address} is not joined at the moment; nothing was sent"
            )

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    async def prepare(self) -> str | None:
        """For its lines only: the token of a hello."""
        return await token_of(self._token)

    async def connect(self, url: str) -> Socket:
        """For its lines only."""
        return await self._connect(url or self.url)

    def opened(self, line: int, token: str | None) -> None:
        """For its lines only."""
        self._apply(self._machine.opened(line, self._now(), token))

    def received(self, line: int, message: str | bytes) -> None:
        """For its lines only."""
        text = self._codec.to_json(message)
        self._apply(self._machine.received(line, text or b"", self._now()))

    def lost(self, line: int, code: int, reason: str) -> None:
        """For its lines only."""
        self._lines.pop(line, None)
        self._apply(self._machine.lost(line, code, reason, self._now()))

    async def _renew(self) -> None:
        try:
            token = await self.prepare()
        except SocketClosed:
            token = None
        machine = self._machine
        self._apply(machine.renew(token) if token else machine.not_renewed(self._now()))

    def _apply(self, effects: list[ClientEffect]) -> None:
        for effect in effects:
            match effect:
                case Transmit(link, frame):
                    self._lines[link].send(self._codec.from_json(frame))
                case EventArrived():
                    self._deliver(effect)
                case Open(link, url):
                    line = self._lines[link] = Line(link, url, self)
                    self._ending.add(line.task)
                    line.task.add_done_callback(self._ending.discard)
                case HangUp(link, code, reason):
                    line_or_none = self._lines.pop(link, None)
                    if line_or_none is not None:
                        line_or_none.hang_up(code, reason)
                case TokenNeeded():
                    self._renewing = asyncio.create_task(self._renew())
                case _:
                    self._tell(effect)
        self._set_timer()

    def _tell(self, effect: ClientEffect) -> None:
        """What somebody waits for."""
        match effect:
            case RequestSettled(ref):
                waiting = self._requests.get(ref)
                if waiting is not None and not waiting.done():
                    waiting.set_result(effect)
            case JoinSettled():
                self._settle_join(effect)
            case JoinPostponed(address, error):
                if self._joins.postponed(address, error):
                    self._apply(self._machine.leave(address))
            case PresenceHeard(frame):
                present_in = self._joins.channels.get(frame.address)
                if present_in is not None:
                    present_in.hear(frame)
            case _:
                self._tell_of_connection(effect)

    def _tell_of_connection(self, effect: ClientEffect) -> None:
        match effect:
            case Greeted(_, flags):
                self._heard_flags.welcomed(flags)
                if self._greeted is not None and not self._greeted.done():
                    self._greeted.set_result(None)
            case FlagsHeard(flags):
                self._heard_flags.hear(flags)
            case StatusChanged(status):
                received = Received(status, 0, "")
                self._statuses.emit(received)
                self._statuses.keep("", received)
            case Ended(code, reason):
                self._end(code, reason)
            case _:
                pass

    def _set_timer(self) -> None:
        """One timer; one that rings too early is set again, so that a message costs none."""
        deadline = self._machine.next_deadline()
        if deadline == float("inf") or (
            self._timer is not None and self._rings_at <= deadline
        ):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._rings_at = deadline  # on uvloop a timer may not know
        self._timer = asyncio.get_running_loop().call_at(deadline, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._apply(self._machine.tick(self._now()))

    def _deliver(self, arrived: EventArrived) -> None:
        incoming = arrived.event
        channel = self._joins.channels.get(incoming.address)
        _, event = self._contract.events.get(incoming.tag, (None, None))
        if channel is None or not isinstance(event, ServerEvent | RelayEvent):
            return
        try:
            channel.deliver(event, incoming, arrived.position)
        except InvalidPayload as error:
            self._invalid += 1
            _logger.warning("dropped an event that breaks the contract: %s", error)

    def _settle_join(self, settled: JoinSettled) -> None:
        reload = self._joins.settle(settled, self._machine.position(settled.address))
        if reload is not None:
            self._apply(self._machine.hold(settled.address))
            reload(self._rejoin)

    def _rejoin(self, address: str, position: Position | None) -> None:
        self._apply(self._machine.rejoin(address, position, self._now()))

    def _end(self, code: int, reason: str) -> None:
        self._closed = closed = ConnectionClosed(code, reason)
        if self._greeted is not None and not self._greeted.done():
            self._greeted.set_exception(closed)
            self._greeted.exception()  # seen: whoever awaits it raises it, and nobody may
        self._joins.end(closed)
        self._statuses.end(None)
        self._heard_flags.changes.end(None)
