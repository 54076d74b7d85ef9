"""What can go wrong, all of it: of networks, of nodes, of Redis."""

from typing import Final

from chaos import link_deeds, node_deeds, redis_deeds
from chaos.deed import Deed
from chaos.redis_deeds import until_redis_serves

DEEDS: Final[dict[str, Deed]] = {**link_deeds.deed, **node_deeds.deed, **redis_deeds.deed}
"""By name."""
MUTE: Final = frozenset(
    {
        *("redis-link-reset", "redis-link-swallowed", "redis-link-half-open", "redis-link-cut"),
        *("redis-paused", "redis-frozen", "redis-restarted", "redis-emptied", "redis-failed-over", "redis-tail-lost"),
    }
)
"""While these go on Redis answers nobody, or has to be found anew: no node can know who is at another."""

__all__ = ["DEEDS", "MUTE", "until_redis_serves"]
