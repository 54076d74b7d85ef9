"""What a node says of Redis: in its metrics, and to who asks whether it is ready."""

from collections.abc import Awaitable, Iterator, Sequence
from typing import Final

from rtgen_runtime.app import App
from rtgen_runtime.health import Impaired
from rtgen_runtime.observing.exposition import Family, families_text
from rtgen_runtime.observing.metrics import Metric
from rtgen_runtime.redis.broker import RedisBroker
from rtgen_runtime.redis.losses import Losses
from rtgen_runtime.redis.ring import Ring
from rtgen_runtime.redis.watching import Watch

UP: Final = Metric(
    "rtgen_redis_up", "gauge", "1 while a Redis can be told and heard.", ("redis",)
)
ADDRESSES: Final = Metric(
    "rtgen_redis_addresses", "gauge", "Addresses that this node hears.", ("redis",)
)
LAG: Final = Metric(
    "rtgen_redis_tick_seconds",
    "gauge",
    "How long the last tick took through Redis and back.",
    ("redis",),
)
RECONNECTIONS: Final = Metric(
    "rtgen_redis_reconnections_total",
    "counter",
    "New connections in the place of lost ones: for `commands`, for `hearing`, and because the latter was `deaf`.",
    ("redis", "which"),
)
HOLES: Final = Metric(
    "rtgen_redis_holes_total",
    "counter",
    "Addresses of which something was missing: `found`, `repaired` from what is kept, `afresh` (members join again).",
    ("redis", "outcome"),
)
REFUSED: Final = Metric(
    "rtgen_redis_refused_messages_total",
    "counter",
    "Messages that were not understood, by what was wrong: `version`, `size`, `shape`, `kind` or `body`.",
    ("redis", "why"),
)
DROPPED: Final = Metric(
    "rtgen_redis_dropped_total",
    "counter",
    "What other nodes were not told, since Redis was away.",
)

DEGRADED: Final = Metric(
    "rtgen_redis_degraded",
    "gauge",
    "1 while a Redis is away, and what happens then to what nothing keeps: `local` or `refuse`.",
    ("channel", "mode"),
)
TURNED_AWAY: Final = Metric(
    "rtgen_redis_turned_away_total",
    "counter",
    "Joins and events that were refused, since Redis was away.",
    ("channel",),
)
ALONE: Final = Metric(
    "rtgen_redis_alone_total",
    "counter",
    "Events that only this node's members got, since Redis was away.",
    ("channel",),
)

OF_REDIS: Final = (
    *(UP, ADDRESSES, LAG, RECONNECTIONS, HOLES, REFUSED, DROPPED),
    *(DEGRADED, TURNED_AWAY, ALONE),
)
"""Of `--store redis://…` alone, beside the others; the label `redis` counts the servers from 0."""


def report(app: App, ring: Ring, watches: Sequence[Watch], broker: RedisBroker) -> None:
    """Add both to an app."""
    before = app.exposition

    def own() -> str:
        return families_text(_families(ring, watches, broker))

    async def together(said: Awaitable[str]) -> str:
        return await said + own()

    def exposition() -> str | Awaitable[str]:
        said = before()
        return said + own() if isinstance(said, str) else together(said)

    app.exposition = exposition
    app.life.impaired = lambda: impairment(
        [each.is_up for each in ring.shards], broker.losses
    )


def impairment(ups: Sequence[bool], losses: Losses) -> Impaired | None:
    """What is away, of several as many as are; while one is there its part of the addresses is served."""
    down = ups.count(False)
    if not down:
        return None
    who = "Redis is" if len(ups) == 1 else f"{down} of {len(ups)} Redis servers are"
    words = f"degraded: {who} away; {losses.words}"
    return Impaired(words, serves=any(ups) or not losses.all_refuse)


def _families(
    ring: Ring, watches: Sequence[Watch], broker: RedisBroker
) -> Iterator[Family]:
    shards = [(str(number), shard) for number, shard in enumerate(ring.shards)]
    lines = {name: shard.lines.counts for name, shard in shards}
    yield Family(UP, {(name,): int(shard.is_up) for name, shard in shards})
    yield Family(ADDRESSES, {(name,): len(shard.lines.all()) for name, shard in shards})
    yield Family(LAG, {(str(number),): each.lag for number, each in enumerate(watches)})
    again: dict[tuple[str, ...], float] = {}
    for number, (name, shard) in enumerate(shards):
        again[name, "commands"] = shard.commands.reconnections
        again[name, "hearing"] = shard.hearing.reconnections
        again[name, "deaf"] = watches[number].deaf
    yield Family(RECONNECTIONS, again)
    holes: dict[tuple[str, ...], float] = {}
    for name, counts in lines.items():
        holes[name, "found"] = counts.holes
        holes[name, "repaired"] = counts.repaired
        holes[name, "afresh"] = counts.afresh
    yield Family(HOLES, holes)
    refused: dict[tuple[str, ...], float] = {
        (name, why): count
        for name, shard in shards
        for why, count in shard.refused.items()
    }
    yield Family(REFUSED, refused)
    yield Family(DROPPED, {(): sum(each.commands.dropped for _, each in shards)})
    losses, is_away = broker.losses, int(not broker.is_up)
    yield Family(DEGRADED, dict.fromkeys(losses.modes.items(), is_away))
    for metric, told in (TURNED_AWAY, losses.refused), (ALONE, losses.alone):
        yield Family(metric, {(name,): told[name] for name in losses.modes})
