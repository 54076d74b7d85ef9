"""What a client gets that sends too often: a refusal that says when to try again, and in the end a close."""

from dataclasses import dataclass
from typing import Final

from rtgen_runtime import codes
from rtgen_runtime.answers import Answers, error_info
from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.declarations import RateLimit
from rtgen_runtime.effects import Effect
from rtgen_runtime.limiting import Kind, Limiter
from rtgen_runtime.transitions import Rule

LIMITED: Final[dict[Rule, Kind]] = {
    Rule.JOIN: Kind.MEMBERSHIP,
    Rule.LEAVE: Kind.MEMBERSHIP,
    Rule.SHOW: Kind.STATE,
    Rule.LIST: Kind.MEMBERS,
    Rule.HISTORY: Kind.HISTORY,
    Rule.ANSWER_PING: Kind.PING,
}
"""Frames of the protocol that draw from a bucket of their own."""


@dataclass(slots=True)
class Throttle:
    """Of one connection, made whenever something is limited: what lasts is the limiter.

    `protocol` and `event` give `None` for a frame that may pass.
    """

    answers: Answers
    limiter: Limiter

    def protocol(self, kind: Kind, ref: int, now: float) -> list[Effect] | None:
        """A frame of the protocol; a ping has no ref."""
        wait = self.limiter.protocol(kind, now)
        return self.refuse(ref, kind.value, wait, now) if wait else None

    def event(
        self, tag: str, limit: RateLimit, ref: int, now: float
    ) -> list[Effect] | None:
        """An event, by the limit that the contract gives it."""
        wait = self.limiter.draw(tag, limit, now)
        return self.refuse(ref, tag, wait, now) if wait else None

    def refuse(self, ref: int, tag: str, wait: float, now: float) -> list[Effect]:
        """There was no token; there will be one in `wait` seconds."""
        if self.limiter.floods(now):
            return self.answers.owner.end(codes.FLOODING)
        info = error_info(ErrorCode.RATE_LIMITED, tag=tag, wait=wait)
        return self.answers.turn_away(ref, info, now)
