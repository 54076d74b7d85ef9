"""A membership as the server's side reaches it: who sits there, and how to put them out."""

from dataclasses import dataclass
from typing import Protocol

from rtgen_runtime.frames import ResyncInfo
from rtgen_runtime.memberships import Membership
from rtgen_runtime.transitions import MembershipPhase


class Host(Protocol):
    """Where a membership's connection is reached."""

    def put_out(self, membership: Membership, code: str, again: str) -> None:
        """End it, with a code and what the client may do again."""

    def resync(self, membership: Membership, info: ResyncInfo) -> None:
        """Tell the client to join again."""

    @property
    def on(self) -> frozenset[str]:
        """Flags that are on for its client."""


@dataclass(slots=True, eq=False)
class Seat:
    """One membership, as far as others than its connection need it."""

    session: str = ""
    subject: str | None = None
    membership: Membership | None = None
    host: Host | None = None

    def put_out(self, code: str, again: str) -> None:
        """End it, with a code and what the client may do again."""
        if self.host is not None and self.membership is not None:
            self.host.put_out(self.membership, code, again)

    def resync(self, info: ResyncInfo) -> None:
        """Tell the client to join again."""
        if self.host is not None and self.membership is not None:
            self.host.resync(self.membership, info)

    @property
    def on(self) -> frozenset[str]:
        """Flags that are on for its client."""
        return frozenset() if self.host is None else self.host.on

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
