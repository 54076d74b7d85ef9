"""`make bench-redis`: nodes around Redis, beside one node and beside others' clusters; `results/redis.*`.

Every round goes through all of it in turn. The nodes have the first processor, Redis and the load the second. With
two processors it can't be shown how much more two machines carry than one; what a message costs can.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from rtgen_runtime.errors import StoreUnavailable
from runtime import building

from clusters import bus, nodes, peers
from clusters.reporting import Rounds, report
from clusters.serving import EVERYBODY, Redis, redis


def main() -> int:
    """Measure, and write it down after each round; 1 when one failed."""
    parser = argparse.ArgumentParser(prog="python -m clusters", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one short round; little more than a minute")
    given = parser.parse_args()
    building.build(peers=True)
    rounds, failed = Rounds(), 0
    with tempfile.TemporaryDirectory() as folder, redis(Path(folder)) as server:
        version = server.info("server")["redis_version"]
        for number in range(1 if given.quick else given.rounds):
            print(f"round {number + 1}", flush=True)
            try:
                rounds.add(_round(server, 0.5 if given.quick else 1.2))
            except (RuntimeError, StoreUnavailable, subprocess.TimeoutExpired) as problem:
                print(f"round {number + 1}: {problem}", file=sys.stderr, flush=True)
                failed += 1
                continue
            report("redis-quick" if given.quick else "redis", rounds, version)
    return 1 if failed else 0


def _round(server: Redis, seconds: float) -> Rounds:
    found = Rounds()
    found.ours.append(asyncio.run(bus.ours(server)))
    found.theirs.append(asyncio.run(bus.theirs(server)))
    found.one.append(nodes.one(seconds))
    found.two.append(nodes.two(server, seconds))
    for name in EVERYBODY:
        for members, figures in peers.measurements(name, server, seconds):
            found.peers.setdefault(members, {}).setdefault(name, []).append(figures)
    return found


if __name__ == "__main__":
    sys.exit(main())
