"""`$auth`: a newer token on an open connection. A failure keeps what still holds; success asks every handler anew."""

from dataclasses import dataclass

import msgspec

from rtgen_runtime.answers import Answers, error_info
from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.effects import Authenticate, Effect
from rtgen_runtime.frames import Auth
from rtgen_runtime.identity import Identity, Secret, Standing
from rtgen_runtime.memberships import Memberships


@dataclass(slots=True)
class Renewing:
    """One connection's; `is_known` says whether the contract has identities at all."""

    is_known: bool
    standing: Standing
    answers: Answers
    members: Memberships

    def ask(self, frame: Auth, now: float) -> list[Effect]:
        """Have a token checked; one at a time."""
        ref, answers = frame.ref, self.answers
        answers.note(ref)
        if answers.is_owed(ref):
            return answers.refuse(0, ErrorCode.REF_IN_USE, now, tag="$auth")
        if self.standing.renewing or answers.are_full:
            return answers.refuse(ref, ErrorCode.OVERLOADED, now, tag="$auth")
        if not self.is_known:
            return answers.refuse(ref, ErrorCode.UNAUTHORIZED, now, tag="$auth")
        answers.expect(ref)
        self.standing.renewing = ref
        return [Authenticate(Secret(frame.token), ref)]

    def accept(self, ref: int, identity: Identity, now: float) -> list[Effect]:
        """The token is good; it counts if it is this subject's, and not older than the present one."""
        if self.standing.renewing != ref:
            return []
        if not self.standing.accepts(identity):
            return self.refuse(ref, ErrorCode.UNAUTHORIZED)
        self.standing.take(identity, now)
        ttl = {} if identity.ttl is None else {"ttl": identity.ttl}
        answer = self.answers.reply(ref, msgspec.json.encode(ttl))
        return [*answer, *self.members.reauthorise()]

    def refuse(self, ref: int, code: ErrorCode) -> list[Effect]:
        """The token is not good, or nobody can tell."""
        self.standing.renewing = 0
        if not self.answers.is_owed(ref):
            return []
        return self.answers.error(ref, error_info(code, tag="$auth"))
