"""Drives a client's machine: a socket, a clock, futures for those who wait."""

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
    Greeted,
    HangUp,
    JoinSettled,
    PresenceHeard,
    RequestSettled,
    TokenNeeded,
    Transmit,
)
from rtgen_runtime.client.machine import ClientMachine, ClientPhase
from rtgen_runtime.client.renewal import Token
from rtgen_runtime.client.socket import (
    Connect,
    Encoding,
    Socket,
    SocketClosed,
    codec_of,
    open_websocket,
)
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
    Disconnected,
    DomainError,
    InvalidPayload,
    NotConnected,
    RequestFailed,
    RequestTimeout,
)
from rtgen_runtime.frames import ErrorInfo
from rtgen_runtime.router import format_address

T = TypeVar("T")
R = TypeVar("R")
J = TypeVar("J", bound=JoinedChannel[Any])

_TOKEN_PATIENCE: Final = 10.0
"""Seconds that whoever gives tokens has."""

_logger: Final = logging.getLogger("rtgen.client")


class Client:
    """Base of every generated client. Entering it connects, and waits until the server has accepted.

    It comes back by itself after a lost connection, to all its channels, until it is closed.

    Raises:
        ConnectionClosed: From `async with` and from `join`, when the server refuses for good.
    """

    def __init__(
        self,
        contract: Contract,
        url: str,
        *,
        token: Token | None = None,
        encoding: Encoding = "json",
        connect: Connect | None = None,
    ) -> None:
        self.url = url
        self._contract = contract
        self._token = token
        self._codec = codec_of(encoding)
        self._connect = connect or partial(open_websocket, encoding=encoding)
        self._machine = ClientMachine(
            contract, secrets.token_urlsafe(12), random.SystemRandom().random
        )
        self._machine.renewal.is_possible = callable(token)
        self._renewing: asyncio.Task[None] | None = None
        self._channels: dict[str, JoinedChannel[Any]] = {}
        self._joins: dict[str, asyncio.Future[None]] = {}
        self._requests: dict[int, asyncio.Future[RequestSettled]] = {}
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue()
        self._greeted: asyncio.Future[None] | None = None
        self._driver: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._hang_up: asyncio.Event = asyncio.Event()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._greeted = loop.create_future()
        self._driver = loop.create_task(self._drive())
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
        self._hang_up.set()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        running = [each for each in (self._driver, self._renewing) if each is not None]
        self._driver = self._renewing = None
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _join(self, kind: type[J], channel: Channel, params: object) -> J:
        address = format_address(channel.address, channel.params.plain(params))
        joined = self._channels.get(address)
        if joined is None:
            joined = self._channels[address] = kind(self, channel, params, address)
            self._joins[address] = asyncio.get_running_loop().create_future()
            self._apply(self._machine.join(address))
        if not isinstance(joined, kind):
            raise TypeError(f"{address} is joined as {type(joined).__name__}")
        await asyncio.shield(self._joins[address])
        return joined

    def leave(self, address: str) -> None:
        """Leave a channel; better `await channel.leave()`."""
        channel = self._channels.pop(address, None)
        self._joins.pop(address, None)
        if channel is not None:
            self._apply(self._machine.leave(address))
            channel.end(None)

    async def ask(self, address: str, event: RequestEvent[T, R], payload: T) -> R:
        """Send a request and wait for its reply; the generated methods do it typed."""
        raw = event.payload.encode(payload)
        reply = await self.request(event.tag, address, raw, event.timeout, event.errors)
        return event.reply.decode(reply)

    async def request(
        self,
        tag: str,
        address: str,
        raw: bytes,
        patience: float,
        errors: tuple[type[DomainError], ...] = (),
    ) -> bytes:
        """Send a request as text, and wait for the text of its reply, at most `patience` seconds."""
        self._check_joined(address)
        ref, effects = self._machine.ask(tag, address, raw)
        waiting: asyncio.Future[RequestSettled] = (
            asyncio.get_running_loop().create_future()
        )
        self._requests[ref] = waiting
        self._apply(effects)
        try:
            outcome = await asyncio.wait_for(waiting, patience)
        except TimeoutError:
            raise RequestTimeout(f"{tag}: no answer in {patience} s") from None
        finally:
            self._requests.pop(ref, None)
            self._machine.forget(ref)
        if outcome.error is not None:
            raise _failure(errors, outcome.error)
        if outcome.payload is None:
            raise Disconnected(f"{tag}: the connection was lost before the answer came")
        return outcome.payload

    def tell(
        self, address: str, event: NoticeEvent[T] | RelayEvent[T], payload: T
    ) -> None:
        """Send an event that wants no answer; the generated methods do it typed."""
        raw = event.payload.encode(payload)
        self._check_joined(address)
        self._apply(self._machine.tell(event.tag, address, raw))

    def _check_joined(self, address: str) -> None:
        if not self._machine.is_joined(address):
            raise NotConnected(
                f"{address} is not joined at the moment; nothing was sent"
            )

    async def _drive(self) -> None:
        """Connect, converse, wait, again; until the machine is closed."""
        loop = asyncio.get_running_loop()
        while self._machine.phase is not ClientPhase.CLOSED:
            await asyncio.sleep(max(0.0, self._machine.reconnect_at - loop.time()))
            try:
                token = await self._get_token()
                socket = await self._connect(self.url)
            except SocketClosed as closed:
                self._apply(self._machine.lost(closed.code, closed.reason, loop.time()))
                continue
            code, reason = await self._converse(socket, token)
            self._apply(self._machine.lost(code, reason, loop.time()))

    async def _get_token(self) -> str | None:
        """The token of the next hello.

        Raises:
            SocketClosed: There is none for now; whoever gives them failed, or took too long.
        """
        if self._token is None or isinstance(self._token, str):
            return self._token
        try:
            async with asyncio.timeout(_TOKEN_PATIENCE):
                return await self._token()
        except Exception as error:
            _logger.warning("no token: %s", type(error).__name__)
            raise SocketClosed(1006, "no token") from error

    async def _renew(self) -> None:
        try:
            token = await self._get_token()
        except SocketClosed:
            token = None
        now = asyncio.get_running_loop().time()
        machine = self._machine
        self._apply(machine.renew(token) if token else machine.not_renewed(now))

    async def _converse(self, socket: Socket, token: str | None) -> tuple[int, str]:
        """One connection, from open to closed; how it ended."""
        loop = asyncio.get_running_loop()
        self._outgoing, self._hang_up = asyncio.Queue(), asyncio.Event()
        writer = loop.create_task(self._write(socket, self._outgoing))
        closer = loop.create_task(self._close_when_told(socket, self._hang_up))
        try:
            self._apply(self._machine.opened(loop.time(), token))
            while True:
                message = self._codec.to_json(await socket.receive())
                self._apply(self._machine.received(message or b"", loop.time()))
        except SocketClosed as closed:
            return closed.code, closed.reason
        finally:
            writer.cancel()
            closer.cancel()
            await asyncio.gather(writer, closer, return_exceptions=True)
            await asyncio.shield(socket.close(1000, ""))

    @staticmethod
    async def _write(socket: Socket, outgoing: asyncio.Queue[bytes]) -> None:
        while True:
            await socket.send(await outgoing.get())

    @staticmethod
    async def _close_when_told(socket: Socket, told: asyncio.Event) -> None:
        await told.wait()
        await socket.close(4001, "no sign of life")

    def _apply(self, effects: list[ClientEffect]) -> None:
        for effect in effects:
            match effect:
                case Transmit(frame):
                    self._outgoing.put_nowait(self._codec.from_json(frame))
                case EventArrived() | PresenceHeard():
                    self._deliver(effect)
                case RequestSettled(ref):
                    waiting = self._requests.get(ref)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(effect)
                case JoinSettled():
                    self._settle_join(effect)
                case Greeted():
                    if self._greeted is not None and not self._greeted.done():
                        self._greeted.set_result(None)
                case TokenNeeded():
                    self._renewing = asyncio.create_task(self._renew())
                case HangUp():
                    self._hang_up.set()
                case Ended(code, reason):
                    self._end(code, reason)
        self._set_timer()

    def _set_timer(self) -> None:
        """One timer; one that rings too early is set again, so that a message costs none."""
        deadline = self._machine.next_deadline()
        if deadline == float("inf") or (
            self._timer is not None and self._timer.when() <= deadline
        ):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(deadline, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._apply(self._machine.tick(asyncio.get_running_loop().time()))

    def _deliver(self, arrived: EventArrived | PresenceHeard) -> None:
        if isinstance(arrived, PresenceHeard):
            present_in = self._channels.get(arrived.frame.address)
            if present_in is not None:
                present_in.hear(arrived.frame)
            return
        channel = self._channels.get(arrived.event.address)
        _, event = self._contract.events.get(arrived.event.tag, (None, None))
        if channel is None or not isinstance(event, ServerEvent | RelayEvent):
            return  # an event of a later version of the contract
        try:
            channel.deliver(
                event, arrived.event.payload, arrived.event.offset, arrived.event.by
            )
        except InvalidPayload as error:
            _logger.warning("dropped an event that breaks the contract: %s", error)

    def _settle_join(self, settled: JoinSettled) -> None:
        channel, waiting = (
            self._channels.get(settled.address),
            self._joins.get(settled.address),
        )
        if channel is None or waiting is None:
            return
        if settled.error is not None:
            failure = RequestFailed(
                settled.error.code,
                settled.error.message,
                retryable=settled.error.retryable,
            )
            del self._channels[settled.address], self._joins[settled.address]
            if not waiting.done():
                waiting.set_exception(failure)
            channel.end(failure)
            return
        if settled.info is not None:
            channel.joined(settled.info)
        if not waiting.done():
            waiting.set_result(None)
            return
        channel.recovered = not settled.lost_continuity
        if settled.lost_continuity:
            channel.resync(settled.lost_continuity)

    def _end(self, code: int, reason: str) -> None:
        closed = ConnectionClosed(code, reason)
        joins = [each for each in self._joins.values() if not each.done()]
        for waiting in (
            *joins,
            *(
                [self._greeted]
                if self._greeted is not None and not self._greeted.done()
                else []
            ),
        ):
            waiting.set_exception(closed)
            waiting.exception()  # seen: whoever awaits it raises it, and nobody may
        for channel in self._channels.values():
            channel.end(None if code == 1000 else closed)


def _failure(errors: tuple[type[DomainError], ...], info: ErrorInfo) -> Exception:
    """The contract's exception where the event declares it, else one with the server's words."""
    for kind in errors:
        if kind.code == info.code:
            if kind.schema is None:
                return kind.received(None)
            try:
                return kind.received(kind.schema.decode(info.data))
            except InvalidPayload:
                break
    return RequestFailed(
        info.code, info.message, retryable=info.retryable, data=info.data
    )
