"""How a server behaves: one record, whose defaults are the safe ones."""

from dataclasses import dataclass, field

from rtgen_runtime.observing.spans import Tracing


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

    drain_window: float = 15.0
    """Seconds in which clients move elsewhere, each at a random moment, before the server stops."""

    stop_patience: float = 5.0
    """Seconds that running handlers have to end when the server stops; then they are cancelled."""

    connection_age: float | None = None
    """Seconds, a tenth more or less, after which a connection's client is asked to move; `None` for never."""

    most_connections: int | None = None
    """More are refused as `overloaded`; `None` for what the limit on file descriptors leaves."""

    compression: bool = False
    """Whether the `native` transport agrees to permessage-deflate, without context takeover: each message by itself.

    A broadcast is compressed once for all. It still costs more processor time than it saves, unless the network is
    slow.
    """

    most_half_open: int | None = 2000
    """Sockets of one address that are no WebSocket yet; more are reset. `None` for no bound.

    A trusted proxy, which has one address for all its clients, has no such bound. In the `asgi` transport the server in
    front has this task.
    """

    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks, such as `10.0.0.0/8`, of proxies whose `X-Forwarded-For` says who the client is.

    Whoever reaches the server from there can claim any address, so name nothing else.
    """

    accept_rate: float | None = 1000.0
    """New connections a second, and as many as a second's at once; `None` for no limit.

    Others are told when to come, each at another moment. Letting one in costs a quarter of a millisecond, so a crowd
    that comes at once takes a quarter of a core, and those that are here keep the rest.
    """

    join_rate: float | None = 5000.0
    """Joins a second that read what is kept or who is there, and as many as a second's at once; `None` for no limit.

    Others wait for their turn, or are told when to try again. One costs about 75 µs.
    """

    lag_warning: float = 1.0
    """Seconds that the event loop may stand still before the log says so."""

    debug: bool = False
    """Whether frames are written to the log, refusals explained, and slow handlers named. Never in production."""

    tracing: Tracing | None = None
    """`rtgen_runtime.observing.opentelemetry.OpenTelemetry()`, or a tracing of your own; none by default."""

    log_subjects: bool = False
    """Whether the log names users (the `sub` of their tokens) where they connect."""

    metrics: bool = False
    """Whether `GET /metrics` is served beside the WebSockets; off, since it tells how busy the server is."""

    metrics_token: str = field(default="", repr=False)
    """What a scraper must send as `Authorization: Bearer …`; empty: whoever reaches the port may read them."""

    def __post_init__(self) -> None:
        if 0 < len(self.session_key) < 32:
            raise ValueError("session_key needs at least 32 bytes")
