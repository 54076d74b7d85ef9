"""What can go wrong, all of it: of networks, of nodes, of Redis."""

from typing import Final

from chaos import link_deeds, node_deeds, redis_deeds
from chaos.deed import Deed
from chaos.redis_deeds import until_redis_serves

DEEDS: Final[dict[str, Deed]] = {**link_deeds.deed, **node_deeds.deed, **redis_deeds.deed}
"""By name."""

__all__ = ["DEEDS", "until_redis_serves"]
