"""One client at the server: carries out a session's effects with handlers, hub and outbox."""

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from rtgen_runtime import codes
from rtgen_runtime.admissions import Admissions
from rtgen_runtime.arrivals import Admission
from rtgen_runtime.codecs import size_of
from rtgen_runtime.codes import CloseCode
from rtgen_runtime.deliveries import SENT, Deliveries, Later, Sent
from rtgen_runtime.effects import (
    Admitted,
    Authenticate,
    Close,
    DeliveryEnded,
    Effect,
    JoinRequested,
    MembershipEnded,
    Reauthorise,
    Send,
)
from rtgen_runtime.flags.holding import Holding, on
from rtgen_runtime.frames import DrainInfo, ResyncInfo
from rtgen_runtime.identity import UNKNOWN, Handshake, Identity
from rtgen_runtime.lanes import Lanes, Work
from rtgen_runtime.memberships import Membership
from rtgen_runtime.outbox import Outbox
from rtgen_runtime.quick import Quick
from rtgen_runtime.scopes import MemberScope
from rtgen_runtime.session import Session
from rtgen_runtime.transitions import Phase
from rtgen_runtime.transports.interface import Link
from rtgen_runtime.versions.interpreter import Interpreter

if TYPE_CHECKING:
    from rtgen_runtime.app import App

MOST_QUEUED: Final = 1024
"""Events of one connection that may wait behind others; beyond it they are refused as `overloaded`."""

_IDENTITY: Final = "$auth"
"""The lane of questions about identity; no address begins with a dollar sign."""


class Connection:
    """Drives one session. Adapters call `receive`, `writable` and `lost`; `tick` is the wheel's."""

    __slots__ = (
        "_app",
        "_deliveries",
        "_handshake",
        "_quick",
        "_session",
        "_tally",
        "began",
        "ended",
        "lanes",
        "name",
        "outbox",
        "received",
        "scheduled",
    )

    def __init__(
        self, app: "App", session: Session, link: Link, handshake: Handshake
    ) -> None:
        self.scheduled = float("inf")
        self._app = app
        self._tally = app.tally
        self._quick: Quick | None = None
        """From the welcome on, for a client of this version that speaks JSON."""
        self._session = session
        self._handshake = handshake
        self.outbox = Outbox(
            link,
            app.contract.limits.outbox,
            app.flusher,
            self,
            session.codec.from_json if session.codec.is_binary else None,
        )
        self.began = session.started
        self.received = session.started
        """When the newest message came."""
        self.name = session.id
        """This connection's own, in logs; its session may have an older one."""
        self.ended = ""
        """The name of the close code, once the server has ended it."""
        self._deliveries: Deliveries | None = None
        """Made for the first thing that its client sends: many only listen."""
        self.lanes = Lanes(self)
        self.carry_out(session.start())

    def receive(self, data: str | bytes) -> None:
        """One message of the socket."""
        session, quick = self._session, self._quick
        if quick is not None and quick.takes(data, self, session):
            return
        self.received = now = self._app.clock()
        self._tally.received_bytes += size_of(data)
        was_ready = session.phase is Phase.READY
        self.carry_out(session.receive(data, now))
        if not was_ready:  # later, what a client sends only moves deadlines away
            self._watch()

    def writable(self) -> None:
        """The socket has taken all it was given."""
        self.outbox.writable()

    def lost(self) -> None:
        """The socket is closed, whoever closed it."""
        self.outbox.discard()
        self.carry_out(self._session.lost())

    def tick(self, now: float) -> None:
        """A deadline may have come."""
        self.carry_out(self._session.tick(now))

    def next_deadline(self) -> float:
        """When `tick` has something to do."""
        return self._session.next_deadline()

    def drain(self, info: DrainInfo) -> None:
        """Ask the client to move elsewhere."""
        self.carry_out(self._session.drain(info))

    def stop(self, code: CloseCode) -> None:
        """End the connection from the server's side."""
        self.carry_out(self._session.stop(code))

    @property
    def session(self) -> str:
        """Its public name."""
        return self._session.id

    @property
    def identity(self) -> Identity:
        """Who it is."""
        return self._session.identity

    @property
    def flags(self) -> Holding | None:
        """What is on for its client; `None` before its welcome, and in contracts without flags."""
        return self._session.flags

    def use_flags(self, holding: Holding) -> None:
        """Something else is on for its client."""
        before = on(self._session.flags)
        self.carry_out(self._session.use_flags(holding))
        # What is sent may be too much for the client: then the memberships end meanwhile.
        for membership in self._session.members.everyone():
            self.admissions().flags_changed(membership, holding.on - before)

    @property
    def admission(self) -> Admission | None:
        """What it was told when it arrived; `None` before."""
        return self._session.admission

    @property
    def version(self) -> str:
        """Which version of the contract its client speaks; empty before the welcome."""
        session = self._session
        return "" if session.admission is None else session.decoder.version

    @property
    def waiting(self) -> int:
        """Bytes that the client has not taken yet."""
        return self.outbox.size

    @property
    def last_ref(self) -> int:
        """The highest ref received."""
        return self._session.last_ref

    @property
    def busy(self) -> bool:
        """Whether handlers still run."""
        return self.lanes.busy

    @property
    def on(self) -> frozenset[str]:
        """Flags that are on for its client."""
        return on(self._session.flags)

    def put_out(self, membership: Membership, code: str, again: str) -> None:
        """End a membership, whoever wants it."""
        self.carry_out(self._session.put_out(membership, code, again))

    def resync(self, membership: Membership, info: ResyncInfo) -> None:
        """Tell the client to join again."""
        self.carry_out(self._session.resync(membership, info))

    async def drained(self) -> None:
        """Wait for the handlers that still run."""
        await self.lanes.drained()

    def settled(self) -> None:
        """All handlers have ended."""
        self._app.settled(self)

    def cancel(self) -> None:
        """Stop the handlers that still run."""
        self.lanes.cancel()

    def fell_behind(self) -> None:
        """Too much waits for the client."""
        self.stop(codes.BEHIND)

    def carry_out(self, effects: list[Effect]) -> None:
        """Do what the session asks for, in its order."""
        for effect in effects:
            if type(effect) is Send:
                self._tally.answer(effect.frame)
                self.outbox.add(effect.frame)
            elif isinstance(effect, SENT):
                self._begin(effect)
            else:
                self._arrange(effect)

    def _arrange(self, effect: Effect) -> None:
        """What happens now and then: who comes, who goes, who is who."""
        match effect:
            case JoinRequested(membership, since):
                join = partial(self.admissions().join, membership, since)
                self._work(membership, partial(join, self.received))
            case MembershipEnded(membership):
                admissions = self.admissions()
                admissions.end_delivery(membership)
                admissions.end_presence(membership)
                leave = partial(admissions.leave, membership, self.received)
                self._work(membership, leave)
            case Authenticate():
                self.lanes.add(_IDENTITY, partial(self._authenticate, effect))
            case Admitted(admission):
                self._welcomed()
                before = self._app.arrivals.arrived(admission, self)
                if before is not None:
                    before.stop(codes.REPLACED)
            case Reauthorise(membership):
                again = partial(self.admissions().reauthorise, membership)
                self._work(membership, again)
            case DeliveryEnded(membership):
                self.admissions().end_delivery(membership)
            case Close(code):
                self.ended = self.ended or code.name
                self.outbox.close(code.code, code.reason)

    def _welcomed(self) -> None:
        if not self._app.gate.keeps_handshakes:
            self._handshake = UNKNOWN
        speaker = self._session.decoder
        self._tally.speaking[speaker.version] += 1
        if isinstance(speaker, Interpreter):
            self.outbox.transcode(speaker.from_json)
        elif not self._session.codec.is_binary:
            self._quick = self._app.quick
        subject = self._session.identity.subject
        self._app.journal.connected(self.name, self.session, subject)

    def _work(self, membership: Membership, work: Work) -> None:
        self.lanes.add(membership.place.address, work)

    def context(self, membership: Membership) -> MemberScope[Any, Any, Any]:
        """What handlers get for a membership, to be given again."""
        return self.admissions().kept_context(membership)

    def admissions(self) -> Admissions:
        """Those of this connection, which remember nothing: nobody keeps them while nobody comes or goes."""
        return Admissions(self._app, self._session, self.outbox, self)

    def deliveries(self) -> Deliveries:
        """Those of this connection."""
        if self._deliveries is None:
            self._deliveries = Deliveries(
                self._app, self._session, self.admissions(), self
            )
        return self._deliveries

    def _begin(self, sent: Sent) -> None:
        """Act on what a member sent, after what it sent before, unless too much waits already."""
        deliveries = self.deliveries()
        if self.lanes.waiting >= MOST_QUEUED:
            deliveries.overloaded(sent)
        else:
            work = partial(deliveries.begin, sent, self.received)
            self._work(sent.membership, work)

    def _watch(self) -> None:
        """Tell the wheel about a deadline that is earlier than the one it knows."""
        if self._session.next_deadline() < self.scheduled:
            self._app.wheel.add(self)

    def _authenticate(self, asked: Authenticate) -> Later:
        answer = self._app.gate.answer_at_once(self._session, asked, self.received)
        if answer is None:
            return self._authenticate_later(asked)
        self._identified(asked, answer)
        if asked.ref:  # after a hello it is looked at anyway
            self._watch()
        return None

    async def _authenticate_later(self, asked: Authenticate) -> None:
        app = self._app
        answer = await app.gate.answer(self._session, asked, self._handshake, app.clock)
        self._identified(asked, answer)
        self._watch()

    def _identified(self, asked: Authenticate, answer: list[Effect]) -> None:
        self.carry_out(answer)
        if asked.ref:  # its claims may be others now
            self._app.flags.look_at(self)
