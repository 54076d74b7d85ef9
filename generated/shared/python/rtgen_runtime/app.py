"""A contract's server: its handlers, and everything that its connections share."""

import asyncio
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import (
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from rtgen_runtime import codes
from rtgen_runtime.arrivals import Arrivals
from rtgen_runtime.auth.gate import Gate
from rtgen_runtime.auth.revocation import (
    MemoryRevocations,
    Revocation,
    Revocations,
    revocation_of,
)
from rtgen_runtime.broker.interface import Broker
from rtgen_runtime.broker.words import Disconnect
from rtgen_runtime.calls import Calls
from rtgen_runtime.clock import Clock
from rtgen_runtime.codes import CloseCode
from rtgen_runtime.connection import Connection
from rtgen_runtime.declarations import Channel, Contract, Presence
from rtgen_runtime.errors import Issue, UsageError
from rtgen_runtime.flags.rollout import Rollout
from rtgen_runtime.handler import ChannelHandler
from rtgen_runtime.health import add_health
from rtgen_runtime.hub import Hub
from rtgen_runtime.identity import (
    NOBODY,
    UNKNOWN,
    Authenticator,
    Caller,
    Handshake,
    Identity,
)
from rtgen_runtime.life import Life
from rtgen_runtime.middleware import Middleware
from rtgen_runtime.observing.debugging import Debug, ShownConnection
from rtgen_runtime.observing.deprecated import Deprecations
from rtgen_runtime.observing.exposition import metrics_text
from rtgen_runtime.observing.journal import Journal
from rtgen_runtime.observing.looking import Looks
from rtgen_runtime.observing.observer import Observer, Watching
from rtgen_runtime.observing.serving import add_metrics
from rtgen_runtime.observing.stores import TimedStore
from rtgen_runtime.observing.tally import PEER, Tally
from rtgen_runtime.observing.tracing import Traced, TracedHub
from rtgen_runtime.outbox import Flusher
from rtgen_runtime.presence.board import Board
from rtgen_runtime.presence.interface import PresenceStore
from rtgen_runtime.presence.memory import MemoryPresence
from rtgen_runtime.quick import quick_way
from rtgen_runtime.router import Place, Router, format_address
from rtgen_runtime.scopes import ChannelScope, MemberScope
from rtgen_runtime.seats import Seat
from rtgen_runtime.session import Session
from rtgen_runtime.settings import Settings
from rtgen_runtime.stores.interface import Store
from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.threads import Threaded
from rtgen_runtime.transports.forwarding import TrustedProxies
from rtgen_runtime.transports.http import Routes
from rtgen_runtime.transports.interface import Link
from rtgen_runtime.versions.keeping import once_of, read_as
from rtgen_runtime.versions.speaking import decoder_of
from rtgen_runtime.wheel import Wheel

S = TypeVar("S", bound=ChannelScope[Any, Any, Any])


@dataclass(frozen=True, slots=True)
class Mount:
    """A handler, and the context that it gets."""

    handler: ChannelHandler[Any, Any]
    context: type[MemberScope[Any, Any, Any]]


class App(Threaded):
    """Base of every generated app. It makes connections; a transport carries them.

    `store` keeps what outlives connections, and `presence` who is there; by default in this process. `auth` says who
    clients are, where the contract asks. `middleware` stands around every handler, the first one outermost.
    """

    def __init__(
        self,
        contract: Contract,
        mounts: Iterable[Mount],
        *,
        store: Store | None = None,
        auth: Authenticator | None = None,
        revocations: Revocations | None = None,
        presence: PresenceStore | None = None,
        middleware: Sequence[Middleware] = (),
        settings: Settings | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.contract = contract
        self.settings = settings or Settings()
        self.time = Clock(clock)
        self.clock = self.time.elapsed
        self.proxies = TrustedProxies(self.settings.trusted_proxies)
        self.routes = Routes()
        """What is served over HTTP, beside the WebSockets."""
        self.tally = Tally(contract)
        self.journal = Journal(
            self.clock, self.tally.known, names_subjects=self.settings.log_subjects
        )
        self.flusher = Flusher()
        self.has_store = store is not None
        """Whether it was made with a store of its own."""
        store = read_as(contract, store or MemoryStore(clock=self.time.wall))
        store = TimedStore(store, self.tally)
        self.once = once_of(contract, store.outcomes, self.tally.idempotent)
        tracing = self.settings.tracing
        traced = () if tracing is None else (Traced(contract, tracing),)
        self.middleware = (*traced, *middleware)
        self.calls = Calls(self)
        self.wheel = Wheel(self.clock)
        self.hub = (
            Hub(contract, store, self.time.wall, self.flusher)
            if tracing is None
            else TracedHub(contract, store, self.time.wall, self.flusher, tracing)
        )
        self._mounts: Mapping[str, Mount] = {
            mount.handler.channel.name: mount for mount in mounts
        }
        self._router = Router(contract)
        self.deprecations = Deprecations(contract, self.tally, self._router)
        self.has_presence = presence is not None
        self.board = self.hub.board = Board(
            presence or MemoryPresence(),
            wheel=self.wheel,
            clock=self.clock,
            tell=self.hub.tell,
            presence_of=self.presence_of,
            frame_limit=contract.limits.frame,
        )
        self._decoder = decoder_of(contract, self.tally.converted)
        self.revocations = revocations or MemoryRevocations(self.time.wall)
        self.revocations.watch(self._end_revoked)
        self.gate = Gate(contract, auth, self.revocations, self._authenticated)
        self.arrivals = self._arrivals(store)
        self._connections: dict[Connection, None] = {}
        """All of them: a set of so many takes up to three times the room."""
        self._settling: set[Connection] = set()
        self.life = Life(self.settings, self._connections, self.hub.flush_all)
        self.flags = Rollout(contract, self.time.wall, self._connections, self)
        """What is on for whom, and how that is set."""
        self._hold = self.flags.welcome  # one for all sessions
        self.exposition: Callable[[], str | Awaitable[str]] = partial(
            metrics_text, self
        )
        self.debug: Debug | None = None
        self.quick = quick_way(self, self._decoder.readings)
        if self.settings.debug:
            self.use_debug()
        self.life.watch.observe = Looks(self.tally, self._connections)
        add_health(self.routes, self.life)
        if self.settings.metrics:
            add_metrics(self, self.settings.metrics_token)

    def connect(
        self,
        link: Link,
        subprotocol: str | None,
        *,
        origin_allowed: bool = True,
        handshake: Handshake | None = None,
    ) -> Connection:
        """A client has connected; feed what it sends to the connection, and tell it when the socket is closed."""
        now, chance = self.clock(), secrets.token_bytes(16)
        name = urlsafe_b64encode(chance[:12]).decode()
        refusal = self.life.refusal(now)
        session = Session(
            contract=self.contract,
            decoder=self._decoder,
            router=self._router,
            arrivals=self.arrivals,
            id=name,
            started=now,
            subprotocol=subprotocol,
            origin_allowed=origin_allowed,
            phase_shift=int.from_bytes(chance[12:]) / 2**32,
            refusal=refusal,
            lifetime=self.life.lifetime(now),
            observer=self._observer(name),
            hold=self._hold,
        )
        self.tally.opened += 1
        kind = Connection if self.debug is None else ShownConnection
        connection = kind(self, session, link, handshake or UNKNOWN)
        self.deprecations.watch(session.observer, connection)
        if refusal is None:
            self._connections[connection] = None
            self.wheel.add(connection)
        return connection

    def disconnected(self, connection: Connection) -> None:
        """The socket of a connection is closed."""
        self._connections.pop(connection, None)
        self.arrivals.gone(connection.admission, connection)
        connection.lost()
        code = connection.ended or PEER
        self.tally.left(code, connection.version)
        self.journal.closed(connection.name, code, self.clock() - connection.began)
        self.life.left()
        if connection.busy:
            self._settling.add(connection)

    @property
    def connections(self) -> int:
        """How many there are."""
        return len(self._connections)

    def settled(self, connection: Connection) -> None:
        """All handlers of a connection have ended."""
        self._settling.discard(connection)

    def handler(self, channel: Channel) -> ChannelHandler[Any, Any]:
        """The user's handler of a channel."""
        return self._mounts[channel.name].handler

    def context(
        self, place: Place, caller: Caller, seat: Seat
    ) -> MemberScope[Any, Any, Any]:
        """What a handler gets for one member."""
        context = self._watched(self._mounts[place.channel.name].context)
        return context(self.hub, place, caller, seat)

    def disconnect(
        self,
        *,
        session: str | None = None,
        subject: str | None = None,
        code: CloseCode = codes.PUT_OUT,
    ) -> int:
        """Close the connections of a session or a subject, on all workers. It bars nobody: `revoke` does.

        How many of them this process served.

        Raises:
            UsageError: Not exactly one of them was named.
        """
        if (session is None) == (subject is None):
            raise UsageError("name a session or a subject")
        word = Disconnect(code.code, code.name, code.reason, session, subject)
        self.hub.broker.control(word)
        return self.disconnect_here(session, subject, code)

    def disconnect_here(
        self, session: str | None, subject: str | None, code: CloseCode
    ) -> int:
        """The same in this process alone."""
        found = [
            each
            for each in self._connections
            if (session is not None and each.session == session)
            or (subject is not None and each.identity.subject == subject)
        ]
        for connection in found:
            connection.stop(code)
        return len(found)

    def use_store(self, store: Store, broker: Broker | None = None) -> None:
        """Keep everything there, and be one with others; before anything is served or emitted.

        Raises:
            UsageError: A store was given when the app was made.
        """
        if self.has_store:
            raise UsageError("the app was made with a store of its own")
        self.has_store = True
        store = TimedStore(read_as(self.contract, store), self.tally)
        self.hub.use(store, broker)
        self.once = once_of(self.contract, store.outcomes, self.tally.idempotent)
        self.arrivals = self._arrivals(store)

    async def revoke(
        self, *, subject: str = "", session: str = "", token_id: str = ""
    ) -> None:
        """End every connection of a user, of a session, or by one token, and accept them no more.

        A revoked user may come back with a token that was made later; a revoked session never, but the client may
        get another one.

        Raises:
            UsageError: Not exactly one of them was named.
        """
        revocation = revocation_of(
            self.time.wall(), subject=subject, session=session, token_id=token_id
        )
        await self.revocations.add(revocation)

    async def drain(self, within: float | None = None) -> None:
        """Empty the server: clients are told to move, and are served until they go; then the others are sent away.

        Newcomers are refused, and `/ready` says so. `within` is in seconds, by default `Settings.drain_window`.
        Called again while it runs it may shorten the time (0: at once), never lengthen it. `stop` comes after it.
        """
        await self.life.drain(within)

    async def stop(
        self, code: CloseCode = codes.STOPPING, *, patience: float | None = None
    ) -> None:
        """Close every connection, give running handlers `patience` seconds to end, and close what keeps things.

        `patience` is by default `Settings.stop_patience`. What is recorded before is kept and sent.
        """
        self.life.end()
        self.hub.flush_all()
        patience = self.settings.stop_patience if patience is None else patience
        running = {*self._connections, *self._settling}
        for connection in tuple(self._connections):
            connection.stop(code)
        waiting = [
            asyncio.ensure_future(connection.drained())
            for connection in running
            if connection.busy
        ]
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=patience)
            for connection in running if late else ():
                connection.cancel()
            await asyncio.gather(*waiting)
        await self.board.drained()
        self.wheel.stop()
        await self.hub.keeper.close()

    def place(self, address: str) -> Place | list[Issue] | None:
        """Which place an address names; what is wrong with its parameters; `None` for none."""
        return self._router.find(address)

    def presence_of(self, address: str) -> Presence | None:
        """What members of an address show; `None` for nothing."""
        place = self._router.find(address)
        return place.channel.presence if isinstance(place, Place) else None

    def place_of(
        self, channel: str, params: Mapping[str, str]
    ) -> Place | list[Issue] | None:
        """The same by the name of a channel, and what its address is filled with."""
        return self._router.place(channel, params)

    def _arrivals(self, store: Store) -> Arrivals:
        key = self.settings.session_key or store.session_key or secrets.token_bytes(32)
        return Arrivals(key, self.time.wall, is_revoked=self._is_revoked)

    def use_debug(self) -> None:
        """Show frames, explain refusals, name handlers that are in the way; before anything is served."""
        self.debug = Debug(self.contract, self._router)
        self.quick = None
        self.life.watch.names_culprits = True

    def _observer(self, connection: str) -> Observer:
        make = Watching if self.debug is None else self.debug.observer
        return make(connection, self.tally, self.journal)

    def _watched(self, kind: type[S]) -> type[S]:
        return kind if self.debug is None else self.debug.watched(kind)

    def _authenticated(
        self, connection: str, outcome: str, identity: Identity, reason: str
    ) -> None:
        self.tally.authentications[outcome] += 1
        self.journal.authentication(connection, outcome, identity.subject, reason)

    def _end_revoked(self, revocation: Revocation) -> None:
        for connection in tuple(self._connections):
            if revocation.covers(connection.identity, connection.session):
                connection.stop(codes.REVOKED)

    def _is_revoked(self, session: str) -> bool:
        return self.revocations.find(NOBODY, session) is not None

    def _scope(self, kind: type[S], channel: Channel, params: object) -> S:
        """A channel's emitters, for use outside handlers.

        Raises:
            InvalidPayload: The contract does not accept the parameters.
        """
        values: dict[str, str] = channel.params.plain(params)
        address = format_address(channel.address, values)
        return self._watched(kind)(self.hub, Place(channel, address, params))
