"""A server that runs, whichever transport carries it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listening:
    """A running server; `port` is the one it got where 0 was asked for, `secure` says that it speaks TLS."""

    host: str
    port: int
    secure: bool = False

    @property
    def url(self) -> str:
        """Where clients connect."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'wss' if self.secure else 'ws'}://{host}:{self.port}"
