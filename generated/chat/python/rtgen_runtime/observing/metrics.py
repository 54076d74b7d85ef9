"""Every metric as a record: its name, kind, labels and what it means; the page of the docs is printed from them.

Labels say which channel of the contract, which event and which code: sets that the contract closes. Nothing that
clients choose (addresses, users, tags that the contract does not have) is ever one.
"""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["counter", "gauge", "histogram"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric; `bounds` are the upper ends of a histogram's buckets, in the unit that the name says."""

    name: str
    kind: Kind
    meaning: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()


class Histogram:
    """How often what was observed, by buckets; the last one has no upper end."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value


_SECONDS: Final = (
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1,
    2.5,
    5,
    10,
)
_QUICK: Final = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)
_BYTES: Final = (0, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304)

INFO: Final = Metric(
    "rtgen_info", "gauge", "1; says what is served.", ("contract", "version")
)
CONNECTIONS: Final = Metric(
    "rtgen_connections",
    "gauge",
    "Open connections, by the version of the contract that the client speaks; empty before the welcome.",
    ("version",),
)
CONVERSIONS: Final = Metric(
    "rtgen_conversions_total",
    "counter",
    "Frames converted from or to an older version of the contract; what goes to many is converted once for a version.",
    ("version",),
)
MISUNDERSTOOD: Final = Metric(
    "rtgen_misunderstood_total",
    "counter",
    "What other processes said that this one could not take, since it is of another version or broken: an `event`, "
    "something `recorded`, a newest `value`, what a member shows (`presence`).",
    ("what",),
)
OPENED: Final = Metric(
    "rtgen_connections_opened_total", "counter", "Connections opened."
)
NEWCOMERS: Final = Metric(
    "rtgen_newcomers_total",
    "counter",
    "Connections that were `admitted`; that came too `early` after others and were told when to come again; that there "
    "was no room for, also because the server drained (`full`).",
    ("outcome",),
)
WAIT: Final = Metric(
    "rtgen_wait_seconds",
    "gauge",
    "Until when the last one was told to wait: newcomers (`accept`), and joins that read what is kept (`join`).",
    ("turn",),
)
CLOSED: Final = Metric(
    "rtgen_connections_closed_total",
    "counter",
    "Connections closed, by the name of the close code; `peer` where the client or the network ended it.",
    ("code",),
)
AUTHENTICATIONS: Final = Metric(
    "rtgen_authentications_total",
    "counter",
    "Tokens checked: `accepted`, `unauthorized` or `auth_unavailable`.",
    ("outcome",),
)
JOINS: Final = Metric(
    "rtgen_joins_total",
    "counter",
    "Joins that a handler was asked about: `ok`, `ended` (the client left before the answer), or a refusal's code.",
    ("channel", "outcome"),
)
RECOVERIES: Final = Metric(
    "rtgen_recoveries_total",
    "counter",
    "Joins that brought a position: `recovered`, or why not (`epoch_changed`, `too_old`, `too_many`, `invalidated`).",
    ("channel", "outcome"),
)
REPLAYED: Final = Metric(
    "rtgen_replayed_events_total",
    "counter",
    "Missed events that were sent with a join.",
    ("channel",),
)
MEMBERS: Final = Metric(
    "rtgen_members", "gauge", "Memberships of this process.", ("channel",)
)
PRESENT: Final = Metric(
    "rtgen_present_people",
    "gauge",
    "People shown by connections of this process, summed over addresses.",
    ("channel",),
)
RECEIVED: Final = Metric(
    "rtgen_received_frames_total",
    "counter",
    "Frames from clients, by event; `$…` are the protocol's, `other` is what the contract does not know.",
    ("channel", "event"),
)
RECEIVED_BYTES: Final = Metric(
    "rtgen_received_bytes_total", "counter", "Bytes of messages from clients."
)
EMITTED: Final = Metric(
    "rtgen_emitted_events_total",
    "counter",
    "Events given to the members of an address, each counted once; `$presence` are changes of who is there.",
    ("channel", "event"),
)
SENT: Final = Metric(
    "rtgen_sent_frames_total",
    "counter",
    "Frames to clients, by event, each receiver counted; `$…` are answers and other frames of the protocol.",
    ("channel", "event"),
)
SENT_BYTES: Final = Metric(
    "rtgen_sent_bytes_total", "counter", "Bytes of messages given to sockets."
)
ERRORS: Final = Metric(
    "rtgen_errors_total",
    "counter",
    "Frames answered with an error, also those whose answer was sampled away. "
    "`invalid` are validation failures, `rate_limited` those over a limit.",
    ("channel", "event", "code"),
)
DEPRECATED: Final = Metric(
    "rtgen_deprecated_uses_total",
    "counter",
    "Uses of what the contract calls deprecated, by the version that the client speaks: events from clients, joins "
    "(`$join`) of channels, properties and values that stand in payloads (`at`; `$state` is what members show).",
    ("channel", "event", "at", "version"),
)
UNSENDABLE: Final = Metric(
    "rtgen_invalid_emits_total",
    "counter",
    "Events of the server's own that broke the contract, and were not sent.",
    ("channel", "event"),
)
HANDLERS: Final = Metric(
    "rtgen_handler_seconds",
    "histogram",
    "How long handlers took, middleware included; `$join`, `$leave` and `$state` are those of members.",
    ("channel", "event"),
    _SECONDS,
)
PINGS: Final = Metric(
    "rtgen_ping_seconds",
    "histogram",
    "Round trips of the server's pings.",
    bounds=_SECONDS,
)
DROPPED: Final = Metric(
    "rtgen_dropped_events_total",
    "counter",
    "Volatile events that a slow client did not get.",
)
CONFLATED: Final = Metric(
    "rtgen_conflated_events_total",
    "counter",
    "Events that a newer one replaced before a slow client, or a batch, could take them.",
)
OVERFLOWED: Final = Metric(
    "rtgen_slow_consumers_total",
    "counter",
    "Clients given up because too much waited for them.",
)
OUTBOXES: Final = Metric(
    "rtgen_outbox_bytes",
    "histogram",
    "Bytes that wait for a client, of some connections picked at random while time passes.",
    bounds=_BYTES,
)
ONCE: Final = Metric(
    "rtgen_idempotent_requests_total",
    "counter",
    "Requests that take effect once: `ran`, `repeated` (answered as before), `joined` (waited for the first), "
    "or the code of the refusal.",
    ("channel", "event", "outcome"),
)
STORE: Final = Metric(
    "rtgen_store_seconds",
    "histogram",
    "How long the store took, by operation.",
    ("operation",),
    _QUICK,
)
STORE_FAILURES: Final = Metric(
    "rtgen_store_failures_total",
    "counter",
    "What the store did not do, by operation.",
    ("operation",),
)
LAG: Final = Metric(
    "rtgen_loop_lag_seconds",
    "histogram",
    "How late the event loop was for a timer, ten times a second.",
    bounds=_SECONDS,
)

FLAG_CONNECTIONS: Final = Metric(
    "rtgen_flag_connections",
    "gauge",
    "Open connections, by what a flag is for their clients: `true`, `false`, or the name of a variant.",
    ("flag", "value"),
)
FLAG_GIVEN: Final = Metric(
    "rtgen_flag_given_total",
    "counter",
    "How often a client was told what a flag is for it, with its welcome or when that changed.",
    ("flag", "value"),
)
FLAG_EVENTS: Final = Metric(
    "rtgen_flag_received_events_total",
    "counter",
    "Events from members, by what a flag is for them; also those that a flag then refused.",
    ("flag", "value", "channel", "event"),
)
FLAG_ERRORS: Final = Metric(
    "rtgen_flag_errors_total",
    "counter",
    "Frames answered with an error, by what a flag is for the client.",
    ("flag", "value", "code"),
)

METRICS: Final = (
    INFO,
    CONNECTIONS,
    CONVERSIONS,
    MISUNDERSTOOD,
    OPENED,
    NEWCOMERS,
    WAIT,
    CLOSED,
    AUTHENTICATIONS,
    JOINS,
    RECOVERIES,
    REPLAYED,
    MEMBERS,
    PRESENT,
    RECEIVED,
    RECEIVED_BYTES,
    EMITTED,
    SENT,
    SENT_BYTES,
    ERRORS,
    DEPRECATED,
    UNSENDABLE,
    HANDLERS,
    PINGS,
    DROPPED,
    CONFLATED,
    OVERFLOWED,
    OUTBOXES,
    ONCE,
    STORE,
    STORE_FAILURES,
    LAG,
    FLAG_CONNECTIONS,
    FLAG_GIVEN,
    FLAG_EVENTS,
    FLAG_ERRORS,
)

WORKERS: Final = Metric(
    "rtgen_workers", "gauge", "Worker processes that serve, of one machine."
)
WORKER_STARTS: Final = Metric(
    "rtgen_worker_starts_total",
    "counter",
    "Worker processes started: at first, after a death, and to take another's place.",
    ("why",),
)

OF_WORKERS: Final = (WORKERS, WORKER_STARTS)
"""Of `--workers` alone, beside the others, which then have a label `worker`."""
