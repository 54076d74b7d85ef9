"""`make bench-redis`: nodes around Redis, beside one node and beside others' clusters; `results/redis.*`.

Every round goes through all of it in turn. The nodes have the first processor, Redis and the load the second. With
two processors it can't be shown how much more two machines carry than one; what a message costs can.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "templates" / "python" / "runtime")]

from runtime import building  # noqa: E402

from cluster import bus, nodes, peers  # noqa: E402
from cluster.reporting import Rounds, report  # noqa: E402
from cluster.serving import EVERYBODY, Redis, redis  # noqa: E402


def main() -> None:
    """Measure, and write it down."""
    parser = argparse.ArgumentParser(prog="python -m cluster", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one short round; less than a minute")
    given = parser.parse_args()
    building.build(peers=True)
    found = Rounds()
    with tempfile.TemporaryDirectory() as folder, redis(Path(folder)) as server:
        for number in range(1 if given.quick else given.rounds):
            print(f"round {number + 1}", flush=True)
            _round(server, found, 0.5 if given.quick else 1.2)
        version = server.info("server")["redis_version"]
    report("redis-quick" if given.quick else "redis", found, version)


def _round(server: Redis, found: Rounds, seconds: float) -> None:
    found.ours.append(asyncio.run(bus.ours(server)))
    found.theirs.append(asyncio.run(bus.theirs(server)))
    found.one.append(nodes.one(seconds))
    found.two.append(nodes.two(server, seconds))
    for name in EVERYBODY:
        for members, figures in peers.measurements(name, server, seconds):
            found.peers.setdefault(members, {}).setdefault(name, []).append(figures)


if __name__ == "__main__":
    main()
