"""The answers a connection owes: exactly one to each ref, now and then one for all that went wrong without a ref."""

from dataclasses import dataclass
from math import ceil
from typing import Final, Protocol

import msgspec
from msgspec import Raw

from rtgen_runtime import codes
from rtgen_runtime.codes import CloseCode, ErrorCode
from rtgen_runtime.decoding import RefusedFrame
from rtgen_runtime.effects import Effect, Send
from rtgen_runtime.errors import Issue
from rtgen_runtime.frames import ErrorInfo, Reply, encode, encode_error
from rtgen_runtime.sampling import ErrorBudget

MAX_WAITING: Final = 256
"""Requests of one connection that may wait for an answer; a client with more gets `overloaded`."""


class Owner(Protocol):
    """The connection that owes the answers."""

    def refused(self, info: ErrorInfo) -> None:
        """Hear of an error, also of one that is not sent because others were just before."""

    def end(self, code: CloseCode) -> list[Effect]:
        """Close the connection, since its client sends too much rubbish."""


@dataclass(slots=True)
class Answers:
    """Which refs wait. A connection that is idle, and whose client does not err, keeps nothing."""

    owner: Owner
    last_ref: int = 0
    """The highest ref received."""
    waiting: set[int] | None = None
    """Refs whose answers are owed; `None` for none."""
    _budget: ErrorBudget | None = None

    @property
    def are_full(self) -> bool:
        """Whether no other request may wait."""
        return self.waiting is not None and len(self.waiting) >= MAX_WAITING

    def note(self, ref: int) -> None:
        """A frame with this ref has come."""
        self.last_ref = max(self.last_ref, ref)

    def expect(self, ref: int) -> bool:
        """Owe an answer to a ref; false where one is owed already."""
        if self.waiting is None:
            self.waiting = {ref}
            return True
        if ref in self.waiting:
            return False
        self.waiting.add(ref)
        return True

    def is_owed(self, ref: int) -> bool:
        """Whether a ref waits for its answer."""
        return self.waiting is not None and ref in self.waiting

    def owe_only(self, ref: int) -> None:
        """Note a ref, and owe its answer if it is not 0, where nothing else is owed."""
        if ref:
            self.waiting = {ref}
            self.last_ref = max(self.last_ref, ref)

    def settles(self, ref: int) -> bool:
        """Settle a ref; false where its answer is not owed any more."""
        waiting = self.waiting
        if waiting is None or ref not in waiting:
            return False
        if len(waiting) == 1:
            self.waiting = None
        else:
            waiting.discard(ref)
        return True

    def settle(self, ref: int) -> None:
        """A ref got its answer in another way, such as `$joined`."""
        if self.waiting is not None:
            self.waiting.discard(ref)
            self.waiting = self.waiting or None

    def forget(self) -> None:
        """Nobody is there to be answered."""
        self.waiting = None

    def reply(self, ref: int, payload: bytes) -> list[Effect]:
        """A request has its reply; `payload` is valid JSON text."""
        if not self.is_owed(ref):
            return []
        self.settle(ref)
        return [Send(encode(Reply(ref, Raw(payload))))]

    def fail(self, ref: int, info: ErrorInfo, now: float) -> list[Effect]:
        """A request, or an event that wants no answer (ref 0), has failed."""
        if ref == 0:
            self.owner.refused(info)
            return self._sampled(info, now)
        return self.error(ref, info) if self.is_owed(ref) else []

    def turn_away(self, ref: int, info: ErrorInfo, now: float) -> list[Effect]:
        """Answer a frame that was not looked at; its ref, which may wait already, is not touched."""
        self.owner.refused(info)
        if ref == 0 or self.is_owed(ref):
            return self._sampled(info, now)
        return [Send(encode_error(ref, info))]

    def error(self, ref: int, info: ErrorInfo) -> list[Effect]:
        """Answer a ref with an error."""
        self.owner.refused(info)
        self.settle(ref)
        return [Send(encode_error(ref, info))]

    def refuse(
        self,
        ref: int,
        code: ErrorCode,
        now: float,
        *,
        tag: str = "",
        count: bool = True,
    ) -> list[Effect]:
        """Answer a frame that can't be acted upon; the same as `explain`."""
        return self.explain(RefusedFrame(ref, code, tag), now, count=count)

    def explain(
        self, refused: RefusedFrame, now: float, *, count: bool = True
    ) -> list[Effect]:
        """Answer an invalid frame; too many of them end the connection."""
        info = error_info(refused.code, tag=refused.tag, issues=refused.issues)
        self.owner.refused(info)
        if count and not self._errors().invalid(now):
            answer = Send(encode_error(refused.ref, info))
            return [answer, *self.owner.end(codes.TOO_MANY_INVALID)]
        if refused.ref == 0:
            return self._sampled(info, now)
        if self.is_owed(refused.ref):
            return self._sampled(error_info(ErrorCode.REF_IN_USE, tag=refused.tag), now)
        return [Send(encode_error(refused.ref, info))]

    def _sampled(self, info: ErrorInfo, now: float) -> list[Effect]:
        count = self._errors().sample(now)
        if not count:
            return []
        return [Send(encode_error(0, msgspec.structs.replace(info, count=count)))]

    def _errors(self) -> ErrorBudget:
        if self._budget is None:
            self._budget = ErrorBudget()
        return self._budget


def error_info(
    code: ErrorCode,
    words: str = "",
    *,
    tag: str = "",
    issues: tuple[Issue, ...] = (),
    wait: float = 0.0,
) -> ErrorInfo:
    """The body of a `$error` of the protocol's own; after `wait` seconds the same may succeed."""
    data = Raw(msgspec.json.encode({"issues": issues})) if issues else Raw()
    return ErrorInfo(
        code=code.value,
        message=words or codes.MESSAGES[code],
        retryable=code in codes.RETRYABLE,
        data=data,
        tag=tag,
        retry_after=ceil(wait * 1000) / 1000,
    )
