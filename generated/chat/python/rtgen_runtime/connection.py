"""One client at the server: carries out a session's effects with handlers, hub and outbox."""

import logging
import secrets
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from rtgen_runtime import codes
from rtgen_runtime.answers import error_info
from rtgen_runtime.arrivals import Admission
from rtgen_runtime.codes import CloseCode, ErrorCode, Verdict
from rtgen_runtime.declarations import (
    ClientEvent,
    RequestEvent,
)
from rtgen_runtime.effects import (
    Admitted,
    Authenticate,
    Close,
    Deliver,
    DeliveryEnded,
    Effect,
    Forward,
    HistoryRequested,
    JoinRequested,
    LaneEffect,
    MembershipEnded,
    Reauthorise,
    Send,
)
from rtgen_runtime.errors import (
    Refused,
    StoreUnavailable,
)
from rtgen_runtime.frames import ErrorInfo, JoinedInfo, ResyncInfo
from rtgen_runtime.handler import ChannelHandler, MemberScope
from rtgen_runtime.handling import handle, internal, settle
from rtgen_runtime.hub import Subscription
from rtgen_runtime.identity import Caller, Handshake, Identity
from rtgen_runtime.keeping import CatchUp, history_reply
from rtgen_runtime.lanes import Lanes, Work
from rtgen_runtime.memberships import Membership
from rtgen_runtime.outbox import Outbox
from rtgen_runtime.outcomes import Outcome, RequestKey
from rtgen_runtime.session import Session
from rtgen_runtime.transitions import MembershipPhase
from rtgen_runtime.transports.interface import Link

if TYPE_CHECKING:
    from rtgen_runtime.app import App

_logger: Final = logging.getLogger("rtgen")

_IDENTITY: Final = "$auth"
"""The lane of questions about identity; no address begins with a dollar sign."""


class Connection:
    """Drives one session. Adapters call `receive`, `writable` and `lost`; `tick` is the wheel's."""

    def __init__(
        self, app: "App", session: Session, link: Link, handshake: Handshake
    ) -> None:
        self.scheduled = float("inf")
        self._app = app
        self._session = session
        self._handshake = handshake
        self._outbox = Outbox(
            link,
            app.contract.limits.outbox,
            app.flusher,
            self._fell_behind,
            session.codec.from_json if session.codec.is_binary else None,
        )
        self._subscriptions: dict[Membership, Subscription] = {}
        self._lanes = Lanes(partial(app.settled, self))
        self._carry_out(session.start())

    def receive(self, data: str | bytes) -> None:
        """One message of the socket."""
        self._carry_out(self._session.receive(data, self._app.clock()))
        self._watch()

    def writable(self) -> None:
        """The socket has taken all it was given."""
        self._outbox.writable()

    def lost(self) -> None:
        """The socket is closed, whoever closed it."""
        self._outbox.discard()
        self._carry_out(self._session.lost())

    def tick(self, now: float) -> None:
        """A deadline may have come."""
        self._carry_out(self._session.tick(now))

    def next_deadline(self) -> float:
        """When `tick` has something to do."""
        return self._session.next_deadline()

    def stop(self, code: CloseCode) -> None:
        """End the connection from the server's side."""
        self._carry_out(self._session.stop(code))

    @property
    def session(self) -> str:
        """Its public name."""
        return self._session.id

    @property
    def identity(self) -> Identity:
        """Who it is."""
        return self._session.identity

    @property
    def admission(self) -> Admission | None:
        """What it was told when it arrived; `None` before."""
        return self._session.admission

    @property
    def last_ref(self) -> int:
        """The highest ref received."""
        return self._session.last_ref

    @property
    def busy(self) -> bool:
        """Whether handlers still run."""
        return self._lanes.busy

    async def drained(self) -> None:
        """Wait for the handlers that still run."""
        await self._lanes.drained()

    def cancel(self) -> None:
        """Stop the handlers that still run."""
        self._lanes.cancel()

    def _fell_behind(self) -> None:
        self.stop(codes.BEHIND)

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send(frame):
                    self._outbox.add(frame)
                case MembershipEnded(membership):
                    self._unsubscribe(membership)
                    self._work(membership, partial(self._leave, membership))
                case Authenticate():
                    self._lanes.add(_IDENTITY, partial(self._authenticate, effect))
                case Admitted(admission):
                    before = self._app.arrivals.arrived(admission, self)
                    if before is not None:
                        before.stop(codes.REPLACED)
                case DeliveryEnded(membership):
                    self._unsubscribe(membership)
                case Close(code):
                    self._outbox.close(code.code, code.reason)
                case _:
                    self._take_up(effect)

    def _take_up(self, effect: LaneEffect) -> None:
        """What waits its turn behind the other work of its membership."""
        match effect:
            case Deliver(membership):
                self._work(membership, partial(self._deliver, effect))
            case Forward(membership):
                self._work(membership, partial(self._forward, effect))
            case JoinRequested(membership, since):
                self._work(membership, partial(self._join, membership, since))
            case HistoryRequested(membership):
                self._work(membership, partial(self._history, effect))
            case Reauthorise(membership):
                self._work(membership, partial(self._reauthorise, membership))

    def _work(self, membership: Membership, work: Work) -> None:
        self._lanes.add(membership.place.address, work)

    def _context(self, membership: Membership) -> MemberScope[Any]:
        caller = Caller(self._session.id, self._session.identity)
        return self._app.context(membership.place, caller)

    def _watch(self) -> None:
        """Tell the wheel about a deadline that is earlier than the one it knows."""
        if self._session.next_deadline() < self.scheduled:
            self._app.wheel.add(self)

    async def _authenticate(self, asked: Authenticate) -> None:
        app = self._app
        answer = await app.gate.answer(self._session, asked, self._handshake, app.clock)
        self._carry_out(answer)
        self._watch()

    async def _reauthorise(self, membership: Membership) -> None:
        """Whoever may no longer be here is put out; a handler that fails does not let anybody stay."""
        place = membership.place
        if not membership.granted or membership.phase is MembershipPhase.ENDED:
            return
        code, again = ErrorCode.REFUSED, Verdict.NEVER
        try:
            handler = self._app.handler(place.channel)
            await settle(handler.authorise(self._context(membership)))
        except Refused as refusal:
            again = Verdict.BACKOFF if refusal.again else Verdict.NEVER
        except Exception:
            _logger.exception("%s: authorise failed", place.channel.name)
            code, again = ErrorCode.INTERNAL, Verdict.BACKOFF
        else:
            return
        self._carry_out(self._session.put_out(membership, code, again))

    async def _may(self, membership: Membership, event: ClientEvent) -> bool:
        """Whether the handler lets a member send an event; it says no by answering so, or by failing."""
        handler = self._app.handler(membership.place.channel)
        if type(handler).may is ChannelHandler.may:
            return True
        name = event.tag.partition(".")[2]
        try:
            return bool(await settle(handler.may(self._context(membership), name)))
        except Exception:
            _logger.exception("%s: may failed", event.tag)
            return False

    async def _join(
        self, membership: Membership, since: tuple[str, int] | None
    ) -> None:
        """Ask the handler, subscribe, read what was missed, answer, then let the events through: in this order."""
        place = membership.place
        try:
            await settle(
                self._app.handler(place.channel).join(self._context(membership))
            )
        except Refused as refusal:
            info = ErrorInfo(
                code=ErrorCode.REFUSED,
                message=refusal.message or codes.MESSAGES[ErrorCode.REFUSED],
                retryable=refusal.again,
                tag="$join",
            )
            self._carry_out(self._session.refuse(membership, info))
            return
        except Exception:
            incident = secrets.token_hex(4)
            _logger.exception("%s: join failed (%s)", place.channel.name, incident)
            self._carry_out(
                self._session.refuse(membership, internal("$join", incident))
            )
            return
        membership.granted = True
        if membership.phase is not MembershipPhase.JOINING:
            return
        subscription = self._app.hub.subscribe(
            place.address, self._outbox, partial(self._resync, membership)
        )
        self._subscriptions[membership] = subscription
        try:
            given = await self._app.hub.keeper.catch_up(place, since)
        except StoreUnavailable as unavailable:
            _logger.warning("%s: join failed: %s", place.channel.name, unavailable)
            info = error_info(ErrorCode.UNAVAILABLE, tag="$join")
            self._carry_out(self._session.refuse(membership, info))
            self._unsubscribe(membership)
            return
        granted = self._session.grant(membership, _joined(given))
        if granted:
            self._carry_out(granted)
            subscription.release(given.replay)

    def _resync(self, membership: Membership, info: ResyncInfo) -> None:
        self._carry_out(self._session.resync(membership, info))

    async def _history(self, asked: HistoryRequested) -> None:
        membership = asked.membership
        if not membership.granted:
            self._fail(asked.ref, error_info(ErrorCode.NOT_JOINED, tag="$history"))
            return
        try:
            page = await self._app.hub.keeper.page(membership.place, asked.query)
        except StoreUnavailable as unavailable:
            _logger.warning("%s: %s", membership.place.channel.name, unavailable)
            self._fail(asked.ref, error_info(ErrorCode.UNAVAILABLE, tag="$history"))
        else:
            self._carry_out(self._session.reply(asked.ref, history_reply(page)))

    async def _leave(self, membership: Membership) -> None:
        if not membership.granted:
            return
        try:
            await settle(
                self._app.handler(membership.place.channel).leave(
                    self._context(membership)
                )
            )
        except Exception:
            _logger.exception("%s: leave failed", membership.place.channel.name)

    def _unsubscribe(self, membership: Membership) -> None:
        subscription = self._subscriptions.pop(membership, None)
        if subscription is not None:
            self._app.hub.unsubscribe(membership.place.address, subscription)

    async def _deliver(self, deliver: Deliver) -> None:
        membership, event, ref = deliver.membership, deliver.event, deliver.ref
        if not membership.granted:
            self._fail(ref, error_info(ErrorCode.NOT_JOINED, tag=event.tag))
            return
        if not await self._may(membership, event):
            self._fail(ref, error_info(ErrorCode.FORBIDDEN, tag=event.tag))
            return
        work = partial(self._handle, deliver)
        if isinstance(event, RequestEvent) and event.idempotent and ref:
            key = RequestKey.of(
                self._owner(),
                ref,
                (event.tag, membership.place.address, deliver.payload),
            )
            outcome = await self._app.once.answer(
                key, event.tag, event.idempotent, event.timeout, work
            )
        else:
            outcome = await work()
        if outcome.error is not None:
            self._fail(ref, outcome.error)
        else:
            self._carry_out(self._session.reply(ref, outcome.reply))

    def _owner(self) -> tuple[str, ...]:
        """Whose requests these are: nobody else's refs mean the same."""
        subject = self._session.identity.subject
        who = ("subject", subject) if subject else ("session", self._session.id)
        return self._app.contract.name, *who, self._session.client

    async def _handle(self, deliver: Deliver) -> Outcome:
        handler = self._app.handler(deliver.membership.place.channel)
        context = self._context(deliver.membership)
        return await handle(handler, context, deliver.event, deliver.payload)

    async def _forward(self, forward: Forward) -> None:
        membership, tag = forward.membership, forward.event.tag
        if not membership.granted:
            self._fail(forward.ref, error_info(ErrorCode.NOT_JOINED, tag=tag))
            return
        if not await self._may(membership, forward.event):
            self._fail(forward.ref, error_info(ErrorCode.FORBIDDEN, tag=tag))
            return
        sender = self._subscriptions.get(membership)
        self._app.hub.forward(
            membership.place, tag, forward.payload, self._session.id, sender
        )
        self._carry_out(self._session.reply(forward.ref, b"null"))

    def _fail(self, ref: int, info: ErrorInfo) -> None:
        self._carry_out(self._session.fail(ref, info, self._app.clock()))


def _joined(given: CatchUp) -> JoinedInfo:
    replay = given.replay
    return JoinedInfo(
        epoch=replay.epoch,
        offset=replay.offset,
        recovered=replay.recovered,
        replay=len(replay.entries),
        reason=replay.reason,
        state=given.state,
    )
