"""What a user's handlers are made of: contexts they get, base classes they subclass."""

from abc import ABC
from collections.abc import Awaitable
from typing import Any, ClassVar, Generic, Self, TypeAlias, TypeVar

from rtgen_runtime.declarations import Channel, ServerEvent
from rtgen_runtime.errors import MissingHandlers
from rtgen_runtime.hub import Hub
from rtgen_runtime.router import Place

P = TypeVar("P")
R = TypeVar("R")
T = TypeVar("T")

Answer: TypeAlias = R | Awaitable[R]
"""What a handler gives: at once from a plain function, later from an `async` one."""

Offset = int
"""The place of a recorded event in its channel's history, from 1; 0 for events that are not recorded."""


class ChannelScope(Generic[P]):
    """One address of a channel, and what the server may say there."""

    __slots__ = ("_hub", "_place", "_session")

    def __init__(self, hub: Hub, place: Place, session: str = "") -> None:
        self._hub = hub
        self._place = place
        self._session = session

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

    def _emit(self, event: ServerEvent[T], payload: T) -> Offset:
        return self._hub.emit(self._place, event, payload)


class MemberScope(ChannelScope[P]):
    """One member of one address."""

    __slots__ = ()

    @property
    def session(self) -> str:
        """Names this client's connection to the others; made by the server."""
        return self._session


C = TypeVar("C", bound=MemberScope[Any])


class ChannelHandler(ABC, Generic[C]):
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

    def leave(self, ctx: C) -> Answer[None]:
        """A member that had joined is gone: it left, joined anew, or its connection ended."""
