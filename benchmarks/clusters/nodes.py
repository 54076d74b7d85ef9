"""One node without a Redis beside two around one: how much later a message comes, and what a delivery costs."""

from typing import Final

from runtime.loading import Load, measured
from runtime.servers import OURS, Server, running

from clusters.serving import Redis, cluster

RATE: Final = 2000
"""Messages a second, of which it is looked how long they take."""
BURSTS: Final = {100: 20, 1000: 10}
"""Messages that are sent together to so many members: one node writes them to each member at once, and so must two."""


def one(seconds: float) -> dict[str, float]:
    """Of a node that knows no others."""
    with running(OURS) as server:
        return _found(server, seconds)


def two(redis: Redis, seconds: float) -> dict[str, float]:
    """Of two: a message goes from the second to the first, members are at both."""
    with cluster(OURS, redis) as servers:
        return _found(servers, seconds)


def _found(server: Server, seconds: float) -> dict[str, float]:
    publisher = ("-Q", str(server.ports[-1]))
    hop = measured(server, Load(True, 1, ("-r", str(RATE), *publisher)), seconds, 0.5)
    found = {"p50": hop["p50_us"], "p99": hop["p99_us"]}
    for members, burst in BURSTS.items():
        busy = measured(server, Load(True, members, ("-e", "-B", "-W", str(burst), *publisher)), seconds, 0.5)
        found[f"delivery to {members}"] = busy["srv_us_per_msg"]
    return found
