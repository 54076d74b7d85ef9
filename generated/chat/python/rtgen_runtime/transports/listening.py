"""A server that runs, whichever transport carries it."""

from collections.abc import Callable
from dataclasses import dataclass


def _as_before() -> None:
    """Of a server that accepts until it ends."""


@dataclass(frozen=True, slots=True)
class Listening:
    """A running server; `port` is the one it got where 0 was asked for, `secure` says that it speaks TLS."""

    host: str
    port: int
    secure: bool = False
    shut: Callable[[], None] = _as_before
    """Accepts no more sockets; those that are there stay."""

    @property
    def url(self) -> str:
        """Where clients connect."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'wss' if self.secure else 'ws'}://{host}:{self.port}"
