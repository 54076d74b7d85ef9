"""What a user's handlers are made of: the base classes they subclass."""

from abc import ABC
from collections.abc import Awaitable
from typing import Any, ClassVar, Generic, Self, TypeAlias, TypeVar

from rtgen_runtime.declarations import Channel
from rtgen_runtime.errors import MissingHandlers
from rtgen_runtime.scopes import MemberScope

R = TypeVar("R")
E = TypeVar("E")

Answer: TypeAlias = R | Awaitable[R]
"""What a handler gives: at once from a plain function, later from an `async` one."""

C = TypeVar("C", bound=MemberScope[Any, Any, Any])


class ChannelHandler(ABC, Generic[C, E]):
    """The server's side of one channel. Handlers may be plain or `async` functions.

    Calls for one member in one address come one after the other, in the order the client sent them. A plain function
    runs at once, without a task.
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
