"""Others' clusters on the same work: a client at one node speaks, and the members of its room are at the other.

The speaker is in the room itself, as whoever speaks in ours has to be. Both nodes have the first processor, so what
passes in a second is what they can do together; what is compared is their processor time for each delivery, which
depends less on what else the machine does.
"""

from collections.abc import Iterator
from typing import Final

from runtime.loading import Found, Load, measured
from runtime.servers import OURS

from clusters.serving import Redis, cluster

MEMBERS: Final = (1, 10, 100, 1000)
UNDER_WAY: Final = 2000
"""Deliveries; but no fewer and no more messages than these are under way at once, so that nobody waits for the load."""
FEWEST: Final = 10
MOST: Final = 200
WARM: Final = 1.0
"""Seconds in which compilers see a new server at work; `AGAIN` seconds when it has others to serve."""
AGAIN: Final = 0.4


def in_flight(members: int) -> int:
    """Messages that are under way at once."""
    return min(MOST, max(FEWEST, UNDER_WAY // members))


def measurements(name: str, redis: Redis, seconds: float) -> Iterator[tuple[int, Found]]:
    """By how many members there are, one after the other at the same nodes."""
    with cluster(name, redis) as servers:
        for members in MEMBERS:
            options = ["-W", str(in_flight(members)), "-Q", str(servers.ports[1]), "-K", str(redis.pid)]
            joins = [] if name == OURS else ["-J"]  # ours say it anyway
            load = Load(True, members, (*options, *joins, "-H", "0.1"))
            yield members, measured(servers, load, seconds, WARM if members == MEMBERS[0] else AGAIN)
