"""A server and its clients in one process, for tests: the real sessions, handlers and client machine, nothing faked
but the network and the clock.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Generic, Self, TypeVar

from rtgen_runtime.app import App
from rtgen_runtime.client.client import Client
from rtgen_runtime.client.events import Events
from rtgen_runtime.client.renewal import Token
from rtgen_runtime.client.socket import Encoding, Socket, SocketClosed
from rtgen_runtime.frames import MSGPACK_SUBPROTOCOL, SUBPROTOCOL
from rtgen_runtime.identity import Handshake
from rtgen_runtime.observing.stores import TimedStore
from rtgen_runtime.stores.sqlite.store import SqliteStore
from rtgen_runtime.testing.failures import Failures
from rtgen_runtime.testing.heard import Heard
from rtgen_runtime.testing.line import ClientEnd, Line
from rtgen_runtime.testing.tokens import Tokens
from rtgen_runtime.testing.virtual_time import VirtualTime
from rtgen_runtime.versions.keeping import ReadStore

A = TypeVar("A", bound=App)
C = TypeVar("C", bound=Client)
T = TypeVar("T")

_URL: Final = "ws://world.test"
_PATIENCE: Final = 60.0
"""Seconds of virtual time for what a test waits for, unless it says otherwise."""


@dataclass(slots=True)
class _Place:
    """Where one client is: its lines, the newest last, and whether it can reach the server."""

    subprotocol: str
    handshake: Handshake
    lines: list[Line] = field(default_factory=list)
    is_offline: bool = False


class World(Generic[A, C]):
    """One app, as many clients as a test wants, and a clock that only the test moves.

    `client` is the generated client class. The app must not serve anything else meanwhile. What handlers raise that
    is no error of the contract ends the block with `HandlerFailed`, unless the test took it from `failures`.
    """

    def __init__(
        self, app: A, client: Callable[..., C], *, time: VirtualTime | None = None
    ) -> None:
        self.app = app
        """The server; after `restart` the newest."""
        self.time = time or VirtualTime()
        """The clock; give your own to have stores of your own go by it (`clock=time.wall`)."""
        self.failures = Failures()
        self._client = client
        self._tokens = Tokens(self.time.wall)
        self._places: dict[Client, _Place] = {}

    async def __aenter__(self) -> Self:
        self.time.begin()
        self.time.wait_also(self._store_settled)
        self.failures.begin()
        self._serve(self.app)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            for client in self._places:
                await self.until(client.close())
            await self.until(self.app.stop())
            if error is None:
                self.failures.check()
        finally:
            self.failures.end()
            self.time.end()

    async def client(
        self,
        subject: str | None = None,
        *,
        claims: object = None,
        ttl: float | None = None,
        renews: bool = True,
        token: Token | None = None,
        encoding: Encoding = "json",
        headers: Mapping[str, str] | None = None,
    ) -> C:
        """A client that the server has welcomed.

        With `subject` it comes with a token that this world makes up, with these claims, for `ttl` seconds; it gets
        another one in time if it `renews`. A `token` of your own is for the app's own `auth`.

        Raises:
            ConnectionClosed: The server refuses it for good.
        """
        if subject is not None:
            token = self._token(subject, claims, ttl, renews=renews)
        is_json = encoding == "json"
        lower = {name.lower(): value for name, value in (headers or {}).items()}
        place = _Place(
            SUBPROTOCOL if is_json else MSGPACK_SUBPROTOCOL, Handshake(lower, "test")
        )
        options: dict[str, Any] = {} if is_json else {"encoding": encoding}
        if token is not None:
            options["token"] = token
        made = self._client(_URL, connect=lambda url: self._connect(place), **options)
        self._places[made] = place
        try:
            return await self.until(made.__aenter__())
        except BaseException:
            del self._places[made]
            raise

    def hear(self, events: Events[T]) -> Heard[T]:
        """What comes of these events from now on: `heard = world.hear(room.posted)`."""
        return Heard(events, self.settle)

    async def settle(self) -> None:
        """Let everything happen that does not wait for time to pass."""
        await self.time.settle()

    async def advance(self, seconds: float) -> None:
        """Let time pass: timeouts, graces, batches, heartbeats and reconnects happen, each at its moment."""
        await self.time.advance(seconds)

    async def until(self, awaited: Awaitable[T], at_most: float = _PATIENCE) -> T:
        """Let time pass until something is done: a reply for which a handler sleeps, a join after a reconnect.

        Raises:
            AssertionError: It is not done after `at_most` seconds.
        """
        return await self.time.until(awaited, at_most)

    def drop(self, client: Client, *, noticed: bool = True) -> None:
        """Break a client's connection. It comes back when time passes.

        Not `noticed`: the server goes on as if it were there, until its heartbeat finds out or the client is back.
        """
        for line in self._places[client].lines[-1:]:
            line.cut(noticed=noticed)

    def offline(self, client: Client, *, noticed: bool = True) -> None:
        """Break its connection, and let it reach the server no more, until `online`."""
        self._places[client].is_offline = True
        self.drop(client, noticed=noticed)

    def online(self, client: Client) -> None:
        """It can reach the server again; it comes back when time passes."""
        self._places[client].is_offline = False

    def stall(self, client: Client) -> None:
        """It reads nothing more: what is sent waits at the server, within its bounds, until `resume`."""
        self._places[client].lines[-1].stall()

    def resume(self, client: Client) -> None:
        """It reads again."""
        self._places[client].lines[-1].resume()

    async def restart(self, make: Callable[[], A]) -> A:
        """Stop the server and start another one, made by `make` when the old one is gone; clients come back to it."""
        await self.until(self.app.stop())
        self._serve(make())
        return self.app

    async def crash(self, make: Callable[[], A]) -> A:
        """Start another server in the place of one that is gone without a word. What it kept in memory is lost."""
        for place in self._places.values():
            for line in place.lines:
                line.cut(noticed=False)
        self._serve(make())
        await self.settle()
        return self.app

    def _serve(self, app: A) -> None:
        self.app = app
        app.time.follow(self.time.now, self.time.wall)
        if app.contract.auth is not None:
            app.gate.put_before(self._tokens.before)
        app.gate.check()

    async def _connect(self, place: _Place) -> Socket:
        if place.is_offline:
            raise SocketClosed(1006, "offline")
        place.lines.append(Line(self.app, place.subprotocol, place.handshake))
        return ClientEnd(place.lines[-1])

    def _token(
        self, subject: str, claims: object, ttl: float | None, *, renews: bool
    ) -> Token:
        async def another() -> str:
            return self._tokens.issue(subject, claims, ttl)

        if renews:
            return another
        return self._tokens.issue(subject, claims, ttl)

    async def _store_settled(self) -> bool:
        """Whether a store with a thread of its own had something to do."""
        store = self.app.hub.keeper.store
        while isinstance(store, TimedStore | ReadStore):
            store = store.behind
        return isinstance(store, SqliteStore) and await store.settled()
