"""What an app writes into the log about connections, tokens and refused frames: who, when and why, never what.

No payload, no token, no address and no header is ever written. Clients can cause lines, so there is a most of each kind
a second; the first line after a flood says how many were left out.
"""

import logging
from collections.abc import Callable
from typing import Final

from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.frames import ErrorInfo
from rtgen_runtime.observing.records import Told

MOST: Final[dict[str, int]] = {"connections": 100, "auth": 20, "frames": 10}
"""Lines of each kind in a second."""

_LONGEST: Final = 64
"""Characters of what a client says of itself."""

_OURS: Final = frozenset(code.value for code in ErrorCode)


class Journal:
    """Of one app. `known` makes a tag harmless; users are named only where `names_subjects`."""

    def __init__(
        self,
        clock: Callable[[], float],
        known: Callable[[str], str],
        *,
        names_subjects: bool,
    ) -> None:
        self._known = known
        self._names_subjects = names_subjects
        self._kinds = {
            kind: Kind(logging.getLogger(f"rtgen.{kind}"), most, clock)
            for kind, most in MOST.items()
        }

    def connected(self, connection: str, session: str, subject: str | None) -> None:
        """A client was welcomed; `connection` is this connection's own name, `session` what it keeps over several."""
        kind = self._kinds["connections"]
        if kind.is_open(logging.INFO):
            values = {"session": session, "subject": self._who(subject)}
            told = Told("connected", connection=connection, **values)
            kind.write(logging.INFO, told)

    def unserved(self, connection: str, contract: str, version: str) -> None:
        """A client speaks what is not served; what it says of itself is cut short."""
        kind = self._kinds["connections"]
        if kind.is_open(logging.WARNING):
            said = {"contract": contract[:_LONGEST], "version": version[:_LONGEST]}
            told = Told("version not served", connection=connection, **said)
            kind.write(logging.WARNING, told)

    def closed(self, connection: str, code: str, seconds: float) -> None:
        """A connection has ended."""
        kind = self._kinds["connections"]
        if kind.is_open(logging.INFO):
            took = round(seconds, 3)
            told = Told("closed", connection=connection, code=code, seconds=took)
            kind.write(logging.INFO, told)

    def authentication(
        self, connection: str, outcome: str, subject: str | None, reason: str
    ) -> None:
        """A token was checked. Why one is refused, which clients never learn, is written at level DEBUG only."""
        kind, is_away = self._kinds["auth"], outcome == ErrorCode.AUTH_UNAVAILABLE
        level = logging.WARNING if is_away else logging.INFO
        if not kind.is_open(level):
            return
        why = reason if is_away or kind.logger.isEnabledFor(logging.DEBUG) else ""
        who, words = self._who(subject), f"token {outcome}"
        kind.write(level, Told(words, connection=connection, subject=who, reason=why))

    def refused(self, connection: str, info: ErrorInfo) -> None:
        """A frame gets an error for an answer; those that the contract declares are everyday life."""
        level = logging.INFO if info.code in _OURS else logging.DEBUG
        kind = self._kinds["frames"]
        if kind.is_open(level):
            event, code = self._known(info.tag), info.code
            told = Told("refused", connection=connection, event=event, code=code)
            kind.write(level, told)

    def _who(self, subject: str | None) -> str:
        return subject if self._names_subjects and subject is not None else ""


class Kind:
    """Lines of one kind: at most so many in a second."""

    __slots__ = ("_clock", "_most", "_second", "_suppressed", "_written", "logger")

    def __init__(
        self, logger: logging.Logger, most: int, clock: Callable[[], float]
    ) -> None:
        self.logger = logger
        self._most = most
        self._clock = clock
        self._second = float("-inf")
        self._written = 0
        self._suppressed = 0

    def is_open(self, level: int) -> bool:
        """Whether a line may be written: somebody reads that level, and it is not one too many in this second.

        Asked first, since a line costs several microseconds that nobody sees. `write` is to follow.
        """
        if not self.logger.isEnabledFor(level):
            return False
        now = self._clock()
        if now - self._second >= 1.0:
            self._second, self._written = now, 0
        if self._written >= self._most:
            self._suppressed += 1
            return False
        self._written += 1
        return True

    def write(self, level: int, told: Told) -> None:
        """Write the line."""
        if self._suppressed:
            told.values["suppressed"] = self._suppressed
            self._suppressed = 0
        self.logger.log(level, told)
