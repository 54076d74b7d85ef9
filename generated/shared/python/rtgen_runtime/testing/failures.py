"""Handlers that failed during a test: a client sees only `internal`, whoever tests wants to see more."""

import logging

from rtgen_runtime.errors import RealtimeError


class HandlerFailed(RealtimeError):
    """A handler raised what is no error of the contract. The exception itself is the cause of this one."""


class Failures(logging.Handler):
    """Collects what the runtime logs about them; `take` what a test has provoked."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._found: list[tuple[str, BaseException]] = []
        self._logger = logging.getLogger("rtgen")

    def begin(self) -> None:
        """Collect from now on."""
        self._logger.addHandler(self)

    def end(self) -> None:
        """Collect no longer."""
        self._logger.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """For the logger."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            self._found.append((record.getMessage(), error))

    def take(self) -> list[BaseException]:
        """What was raised; it is expected, and forgotten."""
        found, self._found = self._found, []
        return [error for _, error in found]

    def check(self) -> None:
        """Nothing was raised that nobody expected.

        Raises:
            HandlerFailed: Something was.
        """
        if self._found:
            words, error = self._found[0]
            more = f" (and {len(self._found) - 1} more)" if len(self._found) > 1 else ""
            raise HandlerFailed(words + more) from error
