"""The members of one address, and where they hear: what a frame for all of them needs, ready for the next one."""

from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

from rtgen_runtime.outbox import Outbox
from rtgen_runtime.rooms import Listener, Room, Target

WORTH_IT: Final = 8
"""Members from which it is quicker to share frames than to put them into each outbox."""


class Ear(Listener, Protocol):
    """A member, as far as it hears."""

    @property
    def live(self) -> bool:
        """Whether events go straight to its outbox."""

    @property
    def outbox(self) -> Outbox:
        """Where it hears."""


E = TypeVar("E", bound=Ear)


class Audience(Room[E]):
    """A room whose members are spoken to. While nobody comes, goes or falls silent it gives the same tuple again."""

    __slots__ = ("_outboxes", "_silent")

    def __init__(self) -> None:
        super().__init__()
        self._outboxes: tuple[Outbox, ...] | None = None
        self._silent: tuple[E, ...] = ()

    def add(self, member: E) -> None:
        """A member has come."""
        super().add(member)
        self._outboxes = None

    def remove(self, member: E) -> None:
        """A member is gone, if it was there."""
        super().remove(member)
        self._outboxes = None

    def fell_silent(self) -> None:
        """Members who were live are not any more."""
        self._outboxes = None

    def ready(self) -> tuple[tuple[Outbox, ...], tuple[E, ...]]:
        """Where those hear who are live, and who is not."""
        if self._outboxes is None or any(each.live for each in self._silent):
            everyone = self.everyone()
            self._outboxes = tuple(each.outbox for each in everyone if each.live)
            self._silent = tuple(each for each in everyone if not each.live)
        return self._outboxes, self._silent

    def left_out(self, target: Target) -> Sequence[E] | None:
        """Whom a target does not mean, where it means everybody else; `None` where it means some."""
        if target.but is None or target.session or target.subject or target.flag:
            return None
        return self.chosen(Target(session=target.but))
