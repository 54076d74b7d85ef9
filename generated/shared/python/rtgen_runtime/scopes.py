"""Whom the server speaks to: some members of an address, all of them, or all of them in the name of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Literal, TypeVar

from rtgen_runtime.codes import Verdict
from rtgen_runtime.declarations import Presence, ServerEvent
from rtgen_runtime.errors import UsageError
from rtgen_runtime.history.interface import Position
from rtgen_runtime.hub import Hub
from rtgen_runtime.identity import Caller
from rtgen_runtime.rooms import Target
from rtgen_runtime.router import Place
from rtgen_runtime.seats import Seat

P = TypeVar("P")
T = TypeVar("T")
S = TypeVar("S")
K = TypeVar("K")
F = TypeVar("F")

Offset = int
"""The place of a recorded event in the history of its address, from 1; 0 in a channel without a history."""

Again = Literal["never", "now", "backoff", "token", "fresh"]
"""What a client does that was put out: stays out, joins again (now, with backoff, with a new token, from scratch)."""

_NO_CLIENT: Final = Caller()
_NO_SEAT: Final = Seat()


@dataclass(frozen=True, slots=True)
class Member(Generic[S]):
    """One connection in a channel: its session, who it is, and what it shows (`None`: nothing yet)."""

    session: str
    subject: str | None
    state: S | None


@dataclass(frozen=True, slots=True)
class Person(Generic[S]):
    """Everything that one subject has open, as one; a client without a subject is known by its session."""

    who: str
    state: S


@dataclass(frozen=True, slots=True)
class People(Generic[S]):
    """Some of those present, in the order of `who`, and how many there are in all.

    `following` is the `after` of the next page, empty on the last one.
    """

    count: int
    people: Sequence[Person[S]]
    following: str


class TargetScope(Generic[P]):
    """Some members of one address, and what may be said to them alone."""

    __slots__ = ("_caller", "_hub", "_place", "_seat", "_target")

    def __init__(
        self,
        hub: Hub,
        place: Place,
        caller: Caller = _NO_CLIENT,
        seat: Seat = _NO_SEAT,
        target: Target | None = None,
    ) -> None:
        self._hub = hub
        self._place = place
        self._caller = caller
        self._seat = seat
        self._target = target

    @property
    def params(self) -> P:
        """The parameters of the address."""
        params: P = self._place.params
        return params

    @property
    def address(self) -> str:
        """The address, with its parameters filled in."""
        return self._place.address

    def _emit(self, event: ServerEvent[T], payload: T) -> None:
        self._hub.emit(self._place, event, payload, self._target)

    if not TYPE_CHECKING:  # type checkers know what is there

        def __getattr__(self, name: str) -> object:
            kind = type(self).__name__
            hint = "" if self._target is None else "; what is kept goes to every member"
            raise AttributeError(f"{kind} has no {name}{hint}")


G = TypeVar("G", bound=TargetScope[Any])


class ChannelScope(TargetScope[P], Generic[P, S, G]):
    """One address of a channel, and what the server may say and do there."""

    __slots__ = ()

    targets: ClassVar[type[TargetScope[Any]]] = TargetScope
    """What `to` gives."""

    @property
    def channel(self) -> str:
        """The channel's name in the contract."""
        return self._place.channel.name

    @property
    def count(self) -> int:
        """How many connections are here now: those of all workers of the machine, as far as this one has heard."""
        return self._hub.count(self._place.address)

    def members(self) -> list[Member[S]]:
        """The connections that this process serves here, in the order in which they came."""
        presence, board = self._place.channel.presence, self._hub.board
        found: list[Member[S]] = []
        for seat in self._hub.seats(self._place.address):
            shown = (
                None if board is None else board.state_of(self.address, seat.membership)
            )
            decoded = (
                None
                if presence is None or shown is None
                else presence.state.decode(shown)
            )
            found.append(Member(seat.session, seat.subject, decoded))
        return found

    async def people(self, *, after: str = "", limit: int = 100) -> People[S]:
        """Who is present, on all nodes: up to 500 a page. Connections of one subject are one person.

        Raises:
            UsageError: The channel has no presence.
            StoreUnavailable: It can't be told now.
        """
        presence, board = self._presence(), self._hub.board
        if board is None:
            return People(0, (), "")
        page = await board.page(self.address, after, limit)
        people = [
            Person(who, presence.state.decode(state)) for who, state in page.people
        ]
        return People(page.count, people, page.following)

    def to(self, *, session: str | None = None, subject: str | None = None) -> G:
        """All connections of one session, or of one subject.

        Raises:
            UsageError: Not exactly one of them was named.
        """
        return self._some(_named(session, subject))

    def except_(self, member: "MemberScope[Any, Any, Any]") -> G:
        """Every member but one."""
        return self._some(Target(but=member.session))

    def kick(
        self,
        *,
        session: str | None = None,
        subject: str | None = None,
        code: str = "kicked",
        again: Again = "never",
    ) -> int:
        """End the memberships of a session or a subject, on all workers. It bars nobody: `join` does.

        How many of them this process served.

        Raises:
            UsageError: Not exactly one of them was named.
        """
        return self._kick(_named(session, subject), code, again)

    async def resync(self, reason: str = "invalidated") -> None:
        """Have every member join again from where it stands, each at a random moment of its own.

        Raises:
            StoreUnavailable: The history can't be read now. Nothing was told.
        """
        await self._hub.resync(self._place, reason)

    async def position(self) -> Position:
        """Where the history stands. Read it before you load data from elsewhere; who joins from it misses nothing.

        Raises:
            StoreUnavailable: The history can't be read now; trying again may help.
        """
        return await self._hub.keeper.position(self._place)

    async def invalidate(self) -> None:
        """Forget the history: who is here, or comes back, is told that what it shows must be loaded anew.

        Raises:
            StoreUnavailable: The store does not take it now. Nothing was changed.
        """
        await self._hub.keeper.invalidate(self._place)

    async def forget(self, event: str, key: str | int | bool | None = None) -> None:
        """Keep no newest value of a `latest` event, named as in the contract; for one value of its key, if it has one.

        Who joins from now on gets none. Who is here is not told; send an event for that.

        Raises:
            UsageError: There is no such event here, or it has a key and none was given.
            StoreUnavailable: The store does not take it now. Nothing was changed.
        """
        await self._hub.keeper.forget(self._place, event, key)

    async def _keep(self, event: ServerEvent[T], payload: T) -> Offset:
        return await self._hub.keep(self._place, event, payload)

    def _presence(self) -> Presence:
        presence = self._place.channel.presence
        if presence is None:
            raise UsageError(f"the channel {self.channel} has no presence")
        return presence

    def _some(self, target: Target) -> G:
        kind: Any = self.targets
        some: G = kind(self._hub, self._place, self._caller, self._seat, target)
        return some

    def _kick(self, target: Target, code: str, again: Again) -> int:
        return self._hub.put_out(self._place.address, target, code, Verdict(again))


class MemberScope(ChannelScope[P, S, G]):
    """One member of one address."""

    __slots__ = ()

    @property
    def session(self) -> str:
        """Names this client to the others; made by the server, and the same again after a reconnect."""
        return self._caller.session

    @property
    def subject(self) -> str | None:
        """Who it is, as its token says (`sub`); `None` for anonymous clients."""
        return self._caller.identity.subject

    @property
    def others(self) -> G:
        """Every member but this one."""
        return self._some(Target(but=self.session))

    def _flags(self, kind: type[F]) -> F:
        held = self._caller.flags
        if held is None or not isinstance(held.kind, kind):
            raise UsageError(f"nothing is known of {kind.__name__} here")
        return held.kind

    def show(self, state: S) -> None:
        """Set what this member shows to the others, from `join` on. Of a member that has left nothing is shown.

        Raises:
            UsageError: The channel has no presence.
            InvalidPayload: The contract does not accept it. Nothing was changed.
        """
        presence, board, seat = self._presence(), self._hub.board, self._seat
        shown = presence.state.encode(state)
        if board is not None and seat.is_taken:
            board.show(
                self.address,
                presence,
                seat.membership,
                seat.who,
                shown,
                channel=self.channel,
            )

    def kick(
        self,
        *,
        session: str | None = None,
        subject: str | None = None,
        code: str = "kicked",
        again: Again = "never",
    ) -> int:
        """End this membership, or those of a session or a subject, on all workers. It bars nobody: `join` does.

        How many of them this process served.

        Raises:
            UsageError: Both were named.
        """
        if session is None and subject is None:
            self._seat.put_out(code, Verdict(again))
            return 1
        return self._kick(_named(session, subject), code, again)


class ClaimsScope(MemberScope[P, S, G], Generic[P, S, G, K]):
    """One member of one address, in a contract that says what tokens claim."""

    __slots__ = ()

    @property
    def claims(self) -> K:
        """What the client's token says, verified and decoded by the contract's schema."""
        claims: K = self._caller.identity.claims
        return claims


def _named(session: str | None, subject: str | None) -> Target:
    if (session is None) == (subject is None):
        raise UsageError("name a session or a subject")
    return Target(session=session, subject=subject)
