"""What members send, on its way: events to handlers, relays to the others, states to presence; one answer each."""

import inspect
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from rtgen_runtime.admissions import Admissions, Carrier
from rtgen_runtime.answers import error_info
from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.declarations import NOTHING, HandledEvent, RequestEvent
from rtgen_runtime.effects import (
    Deliver,
    Forward,
    HistoryRequested,
    MembersAsked,
    StateShown,
)
from rtgen_runtime.errors import StoreUnavailable
from rtgen_runtime.frames import ErrorInfo
from rtgen_runtime.handler import ChannelHandler
from rtgen_runtime.keeping import history_reply
from rtgen_runtime.outcomes import Outcome, RequestKey, failed_with
from rtgen_runtime.presence.frames import listed
from rtgen_runtime.transitions import Phase

if TYPE_CHECKING:
    from rtgen_runtime.app import App
    from rtgen_runtime.session import Session

_logger: Final = logging.getLogger("rtgen")

Sent = Deliver | Forward | StateShown | MembersAsked | HistoryRequested

SENT: Final = (Deliver, Forward, StateShown, MembersAsked, HistoryRequested)
"""The same, to ask for: quicker than asking a union."""

Later = Awaitable[None] | None
"""`None` for what is done already."""


class Deliveries:
    """Those of one connection. Every method gives its answer through the connection, at once or when it was awaited."""

    __slots__ = ("_admissions", "_app", "_connection", "_session")

    def __init__(
        self,
        app: "App",
        session: "Session",
        admissions: Admissions,
        connection: Carrier,
    ) -> None:
        self._app = app
        self._session = session
        self._admissions = admissions
        self._connection = connection

    def overloaded(self, sent: Sent) -> None:
        """Too much waits already: it is not even begun."""
        self._fail(sent.ref, error_info(ErrorCode.OVERLOADED, tag=_tag(sent)))

    def begin(self, sent: Sent, received: float) -> Later:
        """Act on what a member sent."""
        if not sent.membership.granted:
            self._fail(sent.ref, error_info(ErrorCode.NOT_JOINED, tag=_tag(sent)))
            return None
        match sent:
            case Deliver() | Forward():
                return self._guarded(sent, received)
            case StateShown():
                return self._show(sent, received)
            case MembersAsked():
                return self._page(sent)
            case HistoryRequested():
                return self._history(sent)

    def _show(self, shown: StateShown, received: float) -> Later:
        """Ask the handler what the others shall see of it, and show that."""
        membership, ref = shown.membership, shown.ref
        context = self._admissions.context(membership)
        handler: Any = self._app.handler(membership.place.channel)

        def done(state: object) -> None:
            context.show(state)
            self._connection.carry_out(self._session.reply(ref, b"null"))

        return self._app.calls.make(
            "$state",
            context,
            shown.state,
            partial(handler.presence, context),
            received=received,
            event=None,
            done=done,
            failed=partial(self._fail, ref),
        )

    def _go(self, sent: Deliver | Forward, received: float) -> Later:
        """Act on an event that the member may send."""
        if isinstance(sent, Forward):
            self._relay(sent)
            return None
        event, ref = sent.event, sent.ref
        if isinstance(event, RequestEvent) and event.idempotent and ref:
            return self._once(sent, event, received)
        return self._handle(sent, received, *self.ends(event, ref))

    def ends(
        self, event: HandledEvent, ref: int
    ) -> tuple[Callable[[Any], None], Callable[[ErrorInfo], None]]:
        """The two ways in which a call can end, of which one is taken: with what the handler gave, or with an error."""
        return partial(self._answer, event, ref), partial(self._fail, ref)

    def _guarded(self, sent: Deliver | Forward, received: float) -> Later:
        """Go on if the member may send the event; the handler says no by answering so, or by failing."""
        membership, event, ref = sent.membership, sent.event, sent.ref
        handler = self._app.handler(membership.place.channel)
        if type(handler).may is ChannelHandler.may:
            return self._go(sent, received)
        go = partial(self._go, sent, received)
        forbidden = partial(self._forbidden, ref, event.tag)
        try:
            name = event.tag.partition(".")[2]
            allowed = handler.may(self._admissions.context(membership), name)
        except Exception:
            _logger.exception("%s: may failed", event.tag)
            return forbidden()
        if inspect.isawaitable(allowed):
            return _if_allowed(allowed, go, forbidden, event.tag)
        return go() if allowed else forbidden()

    async def _once(
        self, deliver: Deliver, event: RequestEvent[Any, Any], received: float
    ) -> None:
        """Answer as the first time, if it was sent before."""
        outcomes: list[Outcome] = []

        def done(value: object) -> None:
            outcomes.append(Outcome(reply=event.reply.encode(value)))

        async def work() -> Outcome:
            handling = self._handle(
                deliver,
                received,
                done,
                lambda info: outcomes.append(failed_with(event, info)),
            )
            if handling is not None:
                await handling
            return outcomes[0]

        address = deliver.membership.place.address
        content = event.tag, address, deliver.payload
        key = RequestKey.of(self._owner(), deliver.ref, content)
        again = partial(self._may_be_second, deliver)
        age = partial(self._age, received)
        times = event.idempotent, event.timeout
        outcome = await self._app.once.answer(
            key, event.tag, *times, work, again=again, age=age
        )
        if outcome.error is not None:
            self._fail(deliver.ref, outcome.error)
        else:
            self._connection.carry_out(self._session.reply(deliver.ref, outcome.reply))

    def _may_be_second(self, deliver: Deliver) -> bool:
        """Whether it may have been sent on another connection, too.

        Joins have higher refs than all that was sent before them; and a client whose connection is over has sent, or
        will send again on the next, what waits here.
        """
        is_over = self._session.phase is Phase.CLOSED
        return is_over or deliver.ref < deliver.membership.ref

    def _age(self, received: float) -> float:
        """For how many seconds it may have been on this machine."""
        return self._app.clock() - self._app.wheel.came(received)

    def _owner(self) -> tuple[str, ...]:
        """Whose requests these are: nobody else's refs mean the same."""
        subject = self._session.identity.subject
        who = ("session", self._session.id) if subject is None else ("subject", subject)
        return self._app.contract.name, *who, self._session.client

    def _handle(
        self,
        deliver: Deliver,
        received: float,
        done: Callable[[Any], None],
        failed: Callable[[ErrorInfo], None],
    ) -> Later:
        event, membership = deliver.event, deliver.membership
        context = self._admissions.context(membership)
        method = getattr(self._app.handler(membership.place.channel), event.method)

        handle = partial(method, context)
        return self._app.calls.make(
            event.tag.partition(".")[2],
            context,
            deliver.payload,
            handle if event.payload is not NOTHING else lambda _nothing: handle(),
            received=received,
            event=event,
            done=done,
            failed=failed,
        )

    def _relay(self, forward: Forward) -> None:
        place, event = forward.membership.place, forward.event
        try:
            self._app.hub.forward(place, event, forward.payload, self._session.id)
        except StoreUnavailable:  # the others can't be told, and that is refused
            self._fail(forward.ref, error_info(ErrorCode.UNAVAILABLE, tag=event.tag))
            return
        self._connection.carry_out(self._session.reply(forward.ref, b"null"))

    async def _page(self, asked: MembersAsked) -> None:
        try:
            page = await self._app.board.page(
                asked.membership.place.address, asked.after, asked.limit
            )
        except StoreUnavailable:
            self._fail(asked.ref, error_info(ErrorCode.UNAVAILABLE, tag="$members"))
            return
        reply = msgspec.json.encode(listed(page))
        self._connection.carry_out(self._session.reply(asked.ref, reply))

    async def _history(self, asked: HistoryRequested) -> None:
        try:
            page = await self._app.hub.keeper.page(asked.membership.place, asked.query)
        except StoreUnavailable:
            self._fail(asked.ref, error_info(ErrorCode.UNAVAILABLE, tag="$history"))
            return
        self._connection.carry_out(self._session.reply(asked.ref, history_reply(page)))

    def _answer(self, event: HandledEvent, ref: int, value: object) -> None:
        reply = (
            event.reply.encode(value) if isinstance(event, RequestEvent) else b"null"
        )
        self._connection.carry_out(self._session.reply(ref, reply))

    def _forbidden(self, ref: int, tag: str) -> Later:
        self._fail(ref, error_info(ErrorCode.FORBIDDEN, tag=tag))
        return None

    def _fail(self, ref: int, info: ErrorInfo) -> None:
        self._connection.carry_out(self._session.fail(ref, info, self._app.clock()))


def _tag(sent: Sent) -> str:
    match sent:
        case StateShown():
            return "$state"
        case MembersAsked():
            return "$members"
        case HistoryRequested():
            return "$history"
        case Deliver() | Forward():
            return sent.event.tag


async def _if_allowed(
    allowed: Awaitable[bool],
    go: Callable[[], Later],
    forbidden: Callable[[], Later],
    tag: str,
) -> None:
    try:
        is_allowed = bool(await allowed)
    except Exception:
        _logger.exception("%s: may failed", tag)
        is_allowed = False
    rest = go() if is_allowed else forbidden()
    if rest is not None:
        await rest
