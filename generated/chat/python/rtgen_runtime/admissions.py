"""How members come and go: the handler is asked, what was missed is read, presence is told."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec import UNSET, Raw

from rtgen_runtime.answers import error_info
from rtgen_runtime.codes import ErrorCode, Verdict
from rtgen_runtime.declarations import NOTHING, ServerEvent
from rtgen_runtime.effects import Effect
from rtgen_runtime.errors import Refused, StoreUnavailable
from rtgen_runtime.flags.holding import visible
from rtgen_runtime.frames import (
    ErrorInfo,
    JoinedInfo,
    encode,
    encode_event,
)
from rtgen_runtime.identity import Caller
from rtgen_runtime.keeping import CatchUp
from rtgen_runtime.memberships import Membership
from rtgen_runtime.observing.away import tell_away
from rtgen_runtime.outbox import Outbox
from rtgen_runtime.presence.frames import PresenceList
from rtgen_runtime.scopes import MemberScope
from rtgen_runtime.seats import Host, Seat
from rtgen_runtime.transitions import MembershipInput, MembershipPhase

if TYPE_CHECKING:
    from rtgen_runtime.app import App
    from rtgen_runtime.session import Session

_logger: Final = logging.getLogger("rtgen")

Position = tuple[str, int] | None
"""Epoch and offset up to which a client has a channel; `None` for one that never had it."""

_IN_LINE: Final = 2.0
"""Seconds that a join waits for its turn to read; later ones are told when it is."""
_TOO_MANY: Final = "too many join at once"

_FOR_GOOD: Final = frozenset(
    {MembershipInput.LEAVE, MembershipInput.PUT_OUT, MembershipInput.REFUSE}
)
"""Ends after which a person is no longer listed; other ones may be a reconnect."""


class Carrier(Host, Protocol):
    """The connection."""

    def carry_out(self, effects: list[Effect]) -> None:
        """Do what its session asks for."""


class Admissions:
    """The members of one connection, as handlers, hub and presence know them."""

    __slots__ = ("_app", "_connection", "_outbox", "_session")

    def __init__(
        self,
        app: "App",
        session: "Session",
        outbox: Outbox,
        connection: Carrier,
    ) -> None:
        self._app = app
        self._session = session
        self._outbox = outbox
        self._connection = connection

    def context(self, membership: Membership) -> MemberScope[Any, Any, Any]:
        """What a handler gets for a member."""
        return self._context(membership, self._caller())

    def kept_context(self, membership: Membership) -> MemberScope[Any, Any, Any]:
        """The same, to be given again; `membership.caller` is of whom it was made."""
        caller = membership.caller = self._caller()
        context = membership.context = self._context(membership, caller)
        return context

    def _caller(self) -> Caller:
        session = self._session
        return Caller(session.id, session.identity, session.flags)

    def _context(
        self, membership: Membership, caller: Caller
    ) -> MemberScope[Any, Any, Any]:
        return self._app.context(membership.place, caller, self._seat(membership))

    def join(
        self, membership: Membership, since: Position, received: float
    ) -> Awaitable[None] | None:
        """Ask the handler, subscribe, read what was missed, answer, then let the events through: in this order.

        `None` where nothing had to be awaited, and all is done.
        """
        context = self.context(membership)
        handler = self._app.handler(membership.place.channel)
        refused: list[ErrorInfo] = []
        waiting = self._app.calls.make(
            "$join",
            context,
            None,
            lambda _nothing: handler.join(context),
            received=received,
            event=None,
            done=lambda _given: None,
            failed=refused.append,
        )
        if waiting is None:
            return self._answered(membership, since, refused)
        return self._answered_later(waiting, membership, since, refused)

    async def _answered_later(
        self,
        waiting: Awaitable[None],
        membership: Membership,
        since: Position,
        refused: list[ErrorInfo],
    ) -> None:
        await waiting
        rest = self._answered(membership, since, refused)
        if rest is not None:
            await rest

    def _answered(
        self, membership: Membership, since: Position, refused: list[ErrorInfo]
    ) -> Awaitable[None] | None:
        """The handler has said whether it lets the client in."""
        place, tally = membership.place, self._app.tally
        for info in refused:
            tally.join(place.channel.name, info.code)
            self._connection.carry_out(self._session.refuse(membership, info))
            self.end_presence(membership)
        if refused:
            return None
        membership.granted = True
        if membership.phase is not MembershipPhase.JOINING:
            tally.join(place.channel.name, "ended")
            return None
        return self._let_in(membership, since)

    def _let_in(
        self, membership: Membership, since: Position
    ) -> Awaitable[None] | None:
        place, hub = membership.place, self._app.hub
        membership.subscription = hub.subscribe(
            place.address, self._outbox, self._seat(membership)
        )
        self._app.tally.members[place.channel.name] += 1
        if place.channel.presence is None and hub.broker.hears(place.address):
            missed = hub.keeper.nothing_missed(place, since)
            if missed is not None:
                self._grant(membership, since, missed, None)
                return None
        return self._catch_up(membership, since)

    async def _catch_up(self, membership: Membership, since: Position) -> None:
        place, hub = membership.place, self._app.hub
        wait = self._app.life.reads.draw(self._app.clock())
        if wait > _IN_LINE:
            info = error_info(ErrorCode.OVERLOADED, _TOO_MANY, tag="$join", wait=wait)
            self._turn_away(membership, info)
            return
        if wait:
            await asyncio.sleep(wait)
        if membership.phase is not MembershipPhase.JOINING:
            self._app.tally.join(place.channel.name, "ended")
            return
        try:
            if not hub.broker.hears(place.address):
                await hub.broker.ready(place.address)
            presence = await self._present(membership)
            given = await hub.keeper.catch_up(place, since)
        except StoreUnavailable as unavailable:
            tell_away(unavailable, channel=place.channel.name, event="$join")
            self._turn_away(membership, error_info(ErrorCode.UNAVAILABLE, tag="$join"))
            return
        self._grant(membership, since, given, presence)

    def _turn_away(self, membership: Membership, info: ErrorInfo) -> None:
        """It may be tried again."""
        self._app.tally.join(membership.place.channel.name, info.code)
        self._connection.carry_out(self._session.refuse(membership, info))
        self.end_delivery(membership)

    def _grant(
        self,
        membership: Membership,
        since: Position,
        given: CatchUp,
        presence: PresenceList | None,
    ) -> None:
        """Answer, and let the events through, unless the membership has ended meanwhile."""
        place, tally = membership.place, self._app.tally
        subscription = membership.subscription
        self._app.hub.flush(place.address)
        state = visible(self._session.flags, given.state)
        granted = self._session.grant(membership, _joined(given, state, presence))
        tally.join(place.channel.name, "ok" if granted else "ended")
        if not granted or subscription is None:
            self._app.hub.let_go(place.address)
            return
        if since is not None:
            replay = given.replay
            tally.recovery(place.channel.name, replay.reason, len(replay.entries))
        self._connection.carry_out(granted)
        subscription.release(given.replay)

    def leave(self, membership: Membership, received: float) -> Awaitable[None] | None:
        """Tell the handler that a member is gone."""
        if not membership.granted:
            return None
        context = self.context(membership)
        handler = self._app.handler(membership.place.channel)
        return self._app.calls.make(
            "$leave",
            context,
            None,
            lambda _nothing: handler.leave(context),
            received=received,
            event=None,
            done=lambda _given: None,
            failed=lambda _info: None,
        )

    async def reauthorise(self, membership: Membership) -> None:
        """Whoever may no longer be here is put out; a handler that fails does not let anybody stay."""
        place = membership.place
        if not membership.granted or membership.phase is MembershipPhase.ENDED:
            return
        code, again = ErrorCode.REFUSED, Verdict.NEVER
        try:
            handler = self._app.handler(place.channel)
            given = handler.authorise(self.context(membership))
            if inspect.isawaitable(given):
                await given
        except Refused as refusal:
            again = Verdict.BACKOFF if refusal.again else Verdict.NEVER
        except Exception:
            _logger.exception("%s: authorise failed", place.channel.name)
            code, again = ErrorCode.INTERNAL, Verdict.BACKOFF
        else:
            return
        self._connection.carry_out(self._session.put_out(membership, code, again))

    def end_delivery(self, membership: Membership) -> None:
        """Deliver nothing more."""
        membership.context = membership.caller = None
        subscription, membership.subscription = membership.subscription, None
        if subscription is not None:
            self._app.tally.members[membership.place.channel.name] -= 1
            self._app.hub.unsubscribe(membership.place.address, subscription)

    def flags_changed(self, membership: Membership, added: frozenset[str]) -> None:
        """Other flags are on: it gets the newest values that it could not see before."""
        subscription, place = membership.subscription, membership.place
        self._app.hub.flags_changed(place.address)
        if subscription is None or not subscription.live:
            return
        shown = {
            event.tag
            for event in place.channel.events
            if isinstance(event, ServerEvent) and event.latest and event.flag in added
        }
        if not shown:
            return
        self._app.hub.flush(place.address)
        for (tag, _), payload in self._app.hub.keeper.newest(place.address).items():
            if tag in shown:
                frame = encode_event(tag, 0, place.address, payload)
                self._outbox.add(frame)

    def end_presence(self, membership: Membership) -> None:
        """The others need not see who is no longer here."""
        for_good = membership.last in _FOR_GOOD
        self._app.board.gone(membership.place.address, membership, for_good=for_good)

    def _seat(self, membership: Membership) -> Seat:
        if membership.subscription is not None:
            return membership.subscription
        session = self._session
        return Seat(session.id, session.identity.subject, membership, self._connection)

    async def _present(self, membership: Membership) -> PresenceList | None:
        presence, place = membership.place.channel.presence, membership.place
        if presence is None:
            return None
        if presence.state is NOTHING:  # there is nothing to show but that one is here
            self.context(membership).show(None)
        return await self._app.board.on_join(place.address, presence)


def _joined(
    given: CatchUp,
    state: tuple[tuple[str, Raw], ...],
    presence: PresenceList | None,
) -> JoinedInfo:
    replay = given.replay
    return JoinedInfo(
        epoch=replay.epoch,
        offset=replay.offset,
        recovered=replay.recovered,
        replay=len(replay.entries),
        reason=replay.reason,
        state=state,
        presence=UNSET if presence is None else Raw(encode(presence)),
    )
