"""Where one connection is a member: joins, leaves, and every way in which a membership ends."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from msgspec import Raw

from rtgen_runtime.answers import Answers, error_info
from rtgen_runtime.codes import ErrorCode, Verdict
from rtgen_runtime.decoding import RefusedFrame
from rtgen_runtime.effects import (
    DeliveryEnded,
    Effect,
    HistoryRequested,
    JoinRequested,
    MembershipEnded,
    Reauthorise,
    Send,
)
from rtgen_runtime.frames import (
    ErrorInfo,
    History,
    Join,
    Joined,
    JoinedInfo,
    Leave,
    Left,
    LeftInfo,
    Reply,
    Resync,
    ResyncInfo,
    encode,
)
from rtgen_runtime.history.interface import PageQuery
from rtgen_runtime.identity import Caller
from rtgen_runtime.router import Place, Router
from rtgen_runtime.transitions import MEMBERSHIP, MembershipInput, MembershipPhase

if TYPE_CHECKING:
    from rtgen_runtime.scopes import MemberScope
    from rtgen_runtime.subscriptions import Subscription

_NULL: Final = Raw(b"null")


@dataclass(slots=True, eq=False)
class Membership:
    """One join of one address; a second join makes another one. `ref` is its generation."""

    ref: int
    place: Place
    phase: MembershipPhase = MembershipPhase.JOINING
    granted: bool = False
    """Whether the handler let the client in, so that it is also told of the end."""
    last: MembershipInput | None = None
    """What happened to it last, so that who left can be told from who lost the connection."""
    subscription: "Subscription | None" = None
    """By which it hears; of whoever carries out the effects."""
    context: "MemberScope[Any, Any, Any] | None" = None
    """What its handlers got on the quick way, to be given again while this is who its client is."""
    caller: Caller | None = None
    """Of whom that context was made."""

    def move(self, happened: MembershipInput) -> None:
        """Take one step of the table."""
        self.phase = MEMBERSHIP[self.phase, happened]
        self.last = happened


@dataclass(slots=True)
class Memberships:
    """All memberships of one connection, by address: at most `most`."""

    router: Router
    answers: Answers
    most: int
    shut: frozenset[str] = frozenset()
    """Names of channels that stand behind flags which are off for this client."""
    first: Membership | None = None
    """Of those that there are; `find` knows the others."""
    _others: dict[str, Membership] | None = None
    """By address. Most connections have one membership, which is smaller than a dict for it."""

    def find(self, address: str) -> Membership | None:
        """The membership of an address."""
        first = self.first
        if first is not None and first.place.address == address:
            return first
        return None if self._others is None else self._others.get(address)

    def everyone(self) -> list[Membership]:
        """All of them, in the order in which they came."""
        first = [] if self.first is None else [self.first]
        return first if self._others is None else [*first, *self._others.values()]

    def __len__(self) -> int:
        """How many there are."""
        others = 0 if self._others is None else len(self._others)
        return others + (self.first is not None)

    def join(self, frame: Join, now: float) -> list[Effect]:
        """A client wants in."""
        if self.answers.is_owed(frame.ref):
            return self.answers.refuse(0, ErrorCode.REF_IN_USE, now, tag="$join")
        place = self.router.find(frame.address)
        if not isinstance(place, Place):
            code = ErrorCode.UNKNOWN_ADDRESS if place is None else ErrorCode.INVALID
            refused = RefusedFrame(frame.ref, code, "$join", tuple(place or ()))
            return self.answers.explain(refused, now)
        if place.channel.name in self.shut:
            code = ErrorCode.FLAG_OFF
            return self.answers.refuse(frame.ref, code, now, tag="$join", count=False)
        effects = self._end(frame.address, MembershipInput.JOIN_AGAIN)
        if len(self) >= self.most:
            code = ErrorCode.TOO_MANY_CHANNELS
            return [*effects, *self.answers.refuse(frame.ref, code, now, tag="$join")]
        self.answers.expect(frame.ref)
        membership = Membership(frame.ref, place)
        self._keep(membership)
        return [*effects, JoinRequested(membership, frame.options.since)]

    def leave(self, frame: Leave, now: float) -> list[Effect]:
        """A client leaves; also where it never was."""
        if self.answers.is_owed(frame.ref):
            return self.answers.refuse(0, ErrorCode.REF_IN_USE, now, tag="$leave")
        return [
            *self._end(frame.address, MembershipInput.LEAVE),
            Send(encode(Reply(frame.ref, _NULL))),
        ]

    def history(self, frame: History, now: float) -> list[Effect]:
        """A member asks for what was recorded."""
        answers, membership = self.answers, self.find(frame.address)
        if answers.is_owed(frame.ref):
            return answers.refuse(0, ErrorCode.REF_IN_USE, now, tag="$history")
        if membership is None:
            return answers.refuse(frame.ref, ErrorCode.NOT_JOINED, now, tag="$history")
        if answers.are_full:
            code = ErrorCode.OVERLOADED
            return answers.refuse(frame.ref, code, now, tag="$history", count=False)
        answers.expect(frame.ref)
        asked = frame.options
        query = PageQuery(asked.limit, asked.after, asked.before)
        return [HistoryRequested(membership, frame.ref, query)]

    def grant(self, membership: Membership, info: JoinedInfo) -> list[Effect]:
        """The handler let the client in: answer the join. Nothing when the membership ended meanwhile."""
        if membership.phase is not MembershipPhase.JOINING:
            return []
        membership.move(MembershipInput.GRANT)
        membership.granted = True
        self.answers.settle(membership.ref)
        return [Send(encode(Joined(membership.ref, membership.place.address, info)))]

    def refuse(self, membership: Membership, info: ErrorInfo) -> list[Effect]:
        """The handler kept the client out."""
        if membership.phase is not MembershipPhase.JOINING:
            return []
        membership.move(MembershipInput.REFUSE)
        self._forget(membership.place.address)
        return self.answers.error(membership.ref, info)

    def put_out(self, membership: Membership, code: str, again: str) -> list[Effect]:
        """The server ends a membership."""
        if membership.phase is MembershipPhase.ENDED:
            return []
        membership.move(MembershipInput.PUT_OUT)
        self._forget(membership.place.address)
        self.answers.settle(membership.ref)
        info = LeftInfo(code=code, again=again)
        left = Left(membership.ref, membership.place.address, info)
        return [MembershipEnded(membership), Send(encode(left))]

    def resync(self, membership: Membership, info: ResyncInfo) -> list[Effect]:
        """Continuity was lost: stop delivering, and ask the client to join again with its position.

        A join that is not answered yet has nothing to lose, and one that was told already is not told twice.
        """
        if membership.phase is not MembershipPhase.JOINED:
            return []
        membership.move(MembershipInput.RESYNC)
        resync = Resync(membership.place.address, info)
        return [DeliveryEnded(membership), Send(encode(resync))]

    def reauthorise(self) -> list[Effect]:
        """Ask every handler anew; for pending joins too, since they were asked about the old identity."""
        return [Reauthorise(each) for each in self.everyone()]

    def shut_out(self, shut: frozenset[str]) -> list[Effect]:
        """These channels are shut now: who is in one of them is put out."""
        self.shut = shut
        out = [each for each in self.everyone() if each.place.channel.name in shut]
        code, again = ErrorCode.FLAG_OFF, Verdict.NEVER
        return [effect for each in out for effect in self.put_out(each, code, again)]

    def lost(self) -> list[Effect]:
        """The connection is gone."""
        ended: list[Effect] = []
        for membership in self.everyone():
            membership.move(MembershipInput.DISCONNECT)
            ended.append(MembershipEnded(membership))
        self.first = self._others = None
        return ended

    def _keep(self, membership: Membership) -> None:
        """It is the newest: behind all others."""
        if self._others is not None:
            self._others[membership.place.address] = membership
        elif self.first is None:
            self.first = membership
        else:
            self._others = {membership.place.address: membership}

    def _forget(self, address: str) -> Membership | None:
        """Keep it no longer; what was kept."""
        membership = self.find(address)
        if membership is None:
            return None
        if membership is self.first:
            self.first = None
        elif self._others is not None:
            del self._others[address]
            self._others = self._others or None
        return membership

    def _end(self, address: str, why: MembershipInput) -> list[Effect]:
        """End the membership of an address, if there is one; its pending join gets its one answer."""
        membership = self._forget(address)
        if membership is None:
            return []
        pending = membership.phase is MembershipPhase.JOINING
        membership.move(why)
        effects: list[Effect] = [MembershipEnded(membership)]
        if pending:
            info = error_info(ErrorCode.LEFT, tag="$join")
            effects += self.answers.error(membership.ref, info)
        return effects
