"""What became of what a session asked for: whoever carries out its effects reports back here."""

from rtgen_runtime.answers import Answers
from rtgen_runtime.effects import Effect
from rtgen_runtime.frames import ErrorInfo, JoinedInfo, ResyncInfo
from rtgen_runtime.memberships import Membership, Memberships


class Reports:
    """Base of a session."""

    __slots__ = ()

    answers: Answers
    members: Memberships

    def grant(self, membership: Membership, info: JoinedInfo) -> list[Effect]:
        """The handler let the client in."""
        return self.members.grant(membership, info)

    def refuse(self, membership: Membership, info: ErrorInfo) -> list[Effect]:
        """The handler kept the client out."""
        return self.members.refuse(membership, info)

    def put_out(self, membership: Membership, code: str, again: str) -> list[Effect]:
        """The server ends a membership."""
        return self.members.put_out(membership, code, again)

    def resync(self, membership: Membership, info: ResyncInfo) -> list[Effect]:
        """Continuity was lost."""
        return self.members.resync(membership, info)

    def reply(self, ref: int, payload: bytes) -> list[Effect]:
        """A request has its reply; `payload` is valid JSON text."""
        return self.answers.reply(ref, payload)

    def fail(self, ref: int, info: ErrorInfo, now: float) -> list[Effect]:
        """A request, or an event that wants no answer (ref 0), has failed."""
        return self.answers.fail(ref, info, now)
