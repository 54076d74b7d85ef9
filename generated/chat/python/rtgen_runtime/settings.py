"""How a server behaves: one record, whose defaults are the safe ones."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of one app."""

    session_key: bytes = field(default=b"", repr=False)
    """Signs what clients present to keep their session; at least 32 random bytes.

    Empty: the store's, where it outlives a process; else every process makes its own, so that a session is another one
    after a restart or at another worker.
    """

    handler_deadline: float | None = 60.0
    """Seconds after which an `async` handler is cancelled and its request has failed; `None` for never."""

    def __post_init__(self) -> None:
        if 0 < len(self.session_key) < 32:
            raise ValueError("session_key needs at least 32 bytes")
