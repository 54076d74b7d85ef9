"""The store of a node that nobody else knows, in a Redis that others use too."""

import secrets
from collections.abc import Callable

from rtgen_runtime.redis.ring import Ring
from rtgen_runtime.redis.shard import Shard
from rtgen_runtime.redis.store import RedisStore
from rtgen_runtime.redis.target import targets_of
from rtgen_runtime.redis.watching import Watch
from rtgen_runtime.stores.outcomes import OutcomeLimits


async def redis_store(
    url: str, clock: Callable[[], float] | None = None, *, prefix: str = "", limits: OutcomeLimits | None = None
) -> RedisStore:
    """With a prefix of its own, unless one is given; nothing in it is waited for."""
    (target,) = targets_of(f"{url}?prefix={prefix or secrets.token_hex(8)}", {})
    shard = Shard(target, "test", clock=clock)
    watch = Watch(shard)
    await watch.start()
    return RedisStore([watch], Ring([shard]), limits, patience=0.0)
