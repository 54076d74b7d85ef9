"""What a user's handlers are made of: contexts they get, base classes they subclass."""

from abc import ABC
from collections.abc import Awaitable
from typing import Any, ClassVar, Final, Generic, Self, TypeAlias, TypeVar

from rtgen_runtime.declarations import Channel, ServerEvent
from rtgen_runtime.errors import MissingHandlers
from rtgen_runtime.history.interface import Position
from rtgen_runtime.hub import Hub
from rtgen_runtime.identity import Caller
from rtgen_runtime.router import Place

P = TypeVar("P")
R = TypeVar("R")
T = TypeVar("T")
K = TypeVar("K")
E = TypeVar("E")

Answer: TypeAlias = R | Awaitable[R]
"""What a handler gives: at once from a plain function, later from an `async` one."""

Offset = int
"""The place of a recorded event in the history of its address, from 1; 0 in a channel without a history."""


_NO_CLIENT: Final = Caller()


class ChannelScope(Generic[P]):
    """One address of a channel, and what the server may say there."""

    __slots__ = ("_caller", "_hub", "_place")

    def __init__(self, hub: Hub, place: Place, caller: Caller = _NO_CLIENT) -> None:
        self._hub = hub
        self._place = place
        self._caller = caller

    @property
    def params(self) -> P:
        """The parameters of the address."""
        params: P = self._place.params
        return params

    @property
    def address(self) -> str:
        """The address, with its parameters filled in."""
        return self._place.address

    @property
    def members(self) -> int:
        """How many members this process serves here now."""
        return self._hub.count(self._place.address)

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

    def _emit(self, event: ServerEvent[T], payload: T) -> None:
        self._hub.emit(self._place, event, payload)

    async def _keep(self, event: ServerEvent[T], payload: T) -> Offset:
        return await self._hub.keep(self._place, event, payload)


class MemberScope(ChannelScope[P]):
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


class ClaimsScope(MemberScope[P], Generic[P, K]):
    """One member of one address, in a contract that says what tokens claim."""

    __slots__ = ()

    @property
    def claims(self) -> K:
        """What the client's token says, verified and decoded by the contract's schema."""
        claims: K = self._caller.identity.claims
        return claims


C = TypeVar("C", bound=MemberScope[Any])


class ChannelHandler(ABC, Generic[C, E]):
    """The server's side of one channel. Handlers may be plain or `async` functions.

    Calls for one member in one address come one after the other, in the order the client sent them.
    """

    channel: ClassVar[Channel]

    def __new__(cls, *_arguments: object, **_named: object) -> Self:
        """Name what is missing in the contract's words."""
        missing: frozenset[str] = getattr(cls, "__abstractmethods__", frozenset())
        if missing:
            raise MissingHandlers(
                tuple(sorted(f"{cls.channel.name}.{name}" for name in missing))
            )
        return super().__new__(cls)

    def join(self, ctx: C) -> Answer[None]:
        """A client wants in. Raise `Refused` to keep it out; by default everyone may enter."""

    def authorise(self, ctx: C) -> Answer[None]:
        """A member has renewed its token: may it stay? Raise `Refused` to put it out.

        By default `join` is asked again; override this where your `join` does more than decide.
        """
        return self.join(ctx)

    def may(self, ctx: C, event: E) -> Answer[bool]:
        """Whether a member may send an event, asked before each one, relays included. By default all may.

        `event` is its name in the contract. Keep it quick: it stands in the way of everything a member sends.
        """
        return True

    def leave(self, ctx: C) -> Answer[None]:
        """A member that had joined is gone: it left, joined anew, or its connection ended."""
