"""What a client says and asks about presence, judged before anybody acts on it."""

from dataclasses import dataclass

from rtgen_runtime.answers import Answers
from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.declarations import Presence
from rtgen_runtime.decoding import RefusedFrame
from rtgen_runtime.effects import Effect, MembersAsked, StateShown
from rtgen_runtime.errors import InvalidPayload
from rtgen_runtime.memberships import Membership, Memberships
from rtgen_runtime.presence.frames import Members, State


@dataclass(slots=True)
class Asking:
    """Of one connection."""

    answers: Answers
    members: Memberships

    def show(self, frame: State, now: float) -> list[Effect]:
        """A member wants to show something."""
        found = self._member(frame.ref, frame.address, "$state", now)
        if not isinstance(found, tuple):
            return found
        membership, presence = found
        try:
            state = presence.state.decode(frame.state)
        except InvalidPayload as error:
            issues = tuple(error.issues)
            refused = RefusedFrame(frame.ref, ErrorCode.INVALID, "$state", issues)
            return self.answers.explain(refused, now)
        self.answers.expect(frame.ref)
        return [StateShown(membership, frame.ref, state)]

    def ask(self, frame: Members, now: float) -> list[Effect]:
        """A member wants to know who is there."""
        found = self._member(frame.ref, frame.address, "$members", now)
        if not isinstance(found, tuple):
            return found
        self.answers.expect(frame.ref)
        after, limit = frame.options.after, frame.options.limit
        return [MembersAsked(found[0], frame.ref, after, limit)]

    def _member(
        self, ref: int, address: str, tag: str, now: float
    ) -> tuple[Membership, Presence] | list[Effect]:
        answers = self.answers
        answers.note(ref)
        if answers.is_owed(ref):
            return answers.refuse(0, ErrorCode.REF_IN_USE, now, tag=tag)
        membership = self.members.find(address)
        if membership is None:
            return answers.refuse(ref, ErrorCode.NOT_JOINED, now, tag=tag)
        presence = membership.place.channel.presence
        if presence is None:
            return answers.refuse(ref, ErrorCode.NO_PRESENCE, now, tag=tag)
        if answers.are_full:
            return answers.refuse(ref, ErrorCode.OVERLOADED, now, tag=tag, count=False)
        return membership, presence
