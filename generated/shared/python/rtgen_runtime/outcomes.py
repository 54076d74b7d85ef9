"""How a request went, and requests that take effect once however often they are sent."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec
from msgspec import Raw

from rtgen_runtime.answers import error_info
from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.declarations import RequestEvent
from rtgen_runtime.errors import StoreUnavailable, TooManyOutcomes
from rtgen_runtime.frames import ErrorInfo
from rtgen_runtime.observing.away import tell_away
from rtgen_runtime.stores.interface import MayForget, Outcomes, Standing

_REPLIED: Final = b"R"
_REFUSED: Final = b"E"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reply's text, or an error; `final` says whether asking again would give the same."""

    reply: bytes = b""
    error: ErrorInfo | None = None
    final: bool = True

    @property
    def is_unknown(self) -> bool:
        """Whether nobody can say if it took effect."""
        return self.error is not None and self.error.code == ErrorCode.OUTCOME_UNKNOWN

    def stored(self) -> bytes:
        """As a store keeps it: never empty."""
        if self.error is None:
            return _REPLIED + self.reply
        error = self.error
        data = bytes(error.data).decode()
        return _REFUSED + msgspec.json.encode(
            (error.code, error.message, error.tag, data)
        )

    @classmethod
    def restored(cls, kept: bytes) -> "Outcome":
        """From what a store kept."""
        if kept.startswith(_REPLIED):
            return cls(reply=kept[1:])
        code, message, tag, data = msgspec.json.decode(
            kept[1:], type=tuple[str, str, str, str]
        )
        info = ErrorInfo(code=code, message=message, tag=tag, data=Raw(data.encode()))
        return cls(error=info)


def failed_with(event: RequestEvent[Any, Any], info: ErrorInfo) -> Outcome:
    """What a handler raised: an error that the event declares is final, unless trying again may help."""
    is_declared = any(kind.code == info.code for kind in event.errors)
    return Outcome(error=info, final=is_declared and not info.retryable)


def refused(code: ErrorCode, tag: str) -> Outcome:
    """An error of the protocol's own."""
    return Outcome(error=error_info(code, tag=tag), final=False)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Which request it is: whose, and which of their refs. `digest` is that of its content."""

    owner: str
    request: str
    digest: bytes

    @classmethod
    def of(
        cls, who: tuple[str, ...], ref: int, content: tuple[str, str, object]
    ) -> "RequestKey":
        """`who` is contract, kind of owner, owner and client; `content` tag, address and payload."""
        text = msgspec.json.encode(content, order="deterministic")
        digest = hashlib.blake2b(text, digest_size=16).digest()
        return cls(msgspec.json.encode(who).decode(), str(ref), digest)


@dataclass(frozen=True, slots=True)
class _Running:
    digest: bytes
    done: "asyncio.Future[Outcome]"


class Reading(Protocol):
    """Reads and keeps outcomes for servers of several versions."""

    def is_another(self, version: str) -> bool:
        """Whether a version differs on the wire."""

    def kept(self, tag: str, outcome: Outcome) -> bytes:
        """How a request went, as a store keeps it: servers of any version may read it."""

    def read(self, version: str, tag: str, kept: bytes) -> Outcome:
        """How a request went, in the words of this version, from what a server of one has kept."""


def _no() -> bool:
    return False


def _new() -> float:
    return 0.0


class Once:
    """Runs each request once, and remembers how it went.

    What failed in a way that may pass (`internal`, a retryable domain error, a store that is away) is not remembered:
    sent again, it runs again. What a store may have kept, and one that came again to a store that may have forgotten
    it, never runs again: its outcome is unknown. So is that of one which lay in a process that stood still for its
    window: sent once more, it has run elsewhere, and that is not remembered any longer.
    """

    def __init__(
        self,
        outcomes: Outcomes,
        count: Callable[[str, str], None] = lambda _tag, _outcome: None,
        past: Reading | None = None,
    ) -> None:
        self._past = past
        self._outcomes = outcomes
        self._count = count
        self._running: dict[tuple[str, str], _Running] = {}

    async def answer(
        self,
        key: RequestKey,
        tag: str,
        window: float,
        patience: float,
        work: Callable[[], Awaitable[Outcome]],
        *,
        again: Callable[[], bool] = _no,
        age: Callable[[], float] = _new,
    ) -> Outcome:
        """The outcome of the first request with this key. One that still runs is waited for, `patience` seconds.

        `again` says whether it may be a second one, which whoever looks at the store must know; `age`, for how many
        seconds it may have waited here.
        """
        name = key.owner, key.request
        running = self._running.get(name)
        if running is not None:
            if running.digest != key.digest:
                return self._refused(ErrorCode.REF_REUSED, tag)
            await asyncio.wait([running.done], timeout=patience)
            if not running.done.done():
                return self._refused(ErrorCode.IN_PROGRESS, tag)
            self._count(tag, "joined")
            return running.done.result()
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._running[name] = _Running(key.digest, future)
        outcome = refused(ErrorCode.OUTCOME_UNKNOWN, tag)
        try:
            outcome = await self._first(key, tag, window, work, again=again, age=age)
        finally:  # also when it was cancelled half-way
            del self._running[name]
            future.set_result(outcome)
        return outcome

    async def _first(
        self,
        key: RequestKey,
        tag: str,
        window: float,
        work: Callable[[], Awaitable[Outcome]],
        *,
        again: Callable[[], bool],
        age: Callable[[], float],
    ) -> Outcome:
        try:
            claim = await self._outcomes.claim(
                key.owner, key.request, key.digest, window
            )
        except TooManyOutcomes:
            return self._refused(ErrorCode.OVERLOADED, tag)
        except StoreUnavailable as unavailable:
            tell_away(unavailable, event=tag)
            code = ErrorCode.OUTCOME_UNKNOWN if again() else ErrorCode.UNAVAILABLE
            return self._refused(code, tag)
        if claim.standing is Standing.NEW:
            is_safe = not again() or await self._remembers(key.owner, window)
            if not is_safe or age() >= window:
                self._outcomes.settle(key.owner, key.request, b"", window)
                return self._refused(ErrorCode.OUTCOME_UNKNOWN, tag)
            self._count(tag, "ran")
            return await self._run(key, tag, window, work)
        if claim.digest != key.digest and not self._is_another(claim.version):
            return self._refused(ErrorCode.REF_REUSED, tag)
        match claim.standing:
            case Standing.SETTLED:
                self._count(tag, "repeated")
                past = self._past
                if past is None:
                    return Outcome.restored(claim.outcome)
                return past.read(claim.version, tag, claim.outcome)
            case Standing.ABANDONED:
                return self._refused(ErrorCode.OUTCOME_UNKNOWN, tag)
            case _:
                return self._refused(ErrorCode.IN_PROGRESS, tag)

    async def _remembers(self, owner: str, window: float) -> bool:
        """Whether the store knows all that was begun so long ago."""
        if not isinstance(self._outcomes, MayForget):
            return True
        try:
            return await self._outcomes.remembers(owner, window)
        except StoreUnavailable:
            return False

    def _is_another(self, version: str) -> bool:
        """Whether the first request came in other words, so that its content can't be compared."""
        return self._past is not None and self._past.is_another(version)

    def _kept(self, tag: str, outcome: Outcome) -> bytes:
        return outcome.stored() if self._past is None else self._past.kept(tag, outcome)

    def _refused(self, code: ErrorCode, tag: str) -> Outcome:
        self._count(tag, code.value)
        return refused(code, tag)

    async def _run(
        self,
        key: RequestKey,
        tag: str,
        window: float,
        work: Callable[[], Awaitable[Outcome]],
    ) -> Outcome:
        try:
            outcome = await work()
        except BaseException:  # stopped half-way: nobody knows
            self._outcomes.settle(key.owner, key.request, b"", window)
            raise
        try:
            if outcome.final or outcome.is_unknown:
                kept = self._kept(tag, outcome) if outcome.final else b""
                await self._outcomes.settle(key.owner, key.request, kept, window)
            else:
                await self._outcomes.release(key.owner, key.request)
        except StoreUnavailable as unavailable:  # it has happened all the same
            tell_away(unavailable, "an outcome is not kept", event=tag)
        return outcome
