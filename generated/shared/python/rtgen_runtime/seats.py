"""A membership as the server's side reaches it: who sits there, and how to put them out."""

from collections.abc import Callable
from dataclasses import dataclass

from rtgen_runtime.frames import ResyncInfo
from rtgen_runtime.memberships import Membership
from rtgen_runtime.transitions import MembershipPhase


def _nobody(_code: str, _again: str) -> None:
    """Of a seat without a connection."""


def _unheard(_info: ResyncInfo) -> None:
    """Of a seat without a connection."""


@dataclass(slots=True, eq=False)
class Seat:
    """One membership, as far as others than its connection need it."""

    session: str = ""
    subject: str | None = None
    membership: Membership | None = None
    put_out: Callable[[str, str], None] = _nobody
    """Ends it, with a code and what the client may do again."""
    resync: Callable[[ResyncInfo], None] = _unheard
    """Tells the client to join again."""

    @property
    def is_taken(self) -> bool:
        """Whether somebody sits there, or is about to."""
        return (
            self.membership is not None
            and self.membership.phase is not MembershipPhase.ENDED
        )

    @property
    def who(self) -> str:
        """The person: all connections of one subject are one; who has no subject is their session."""
        return self.session if self.subject is None else self.subject
