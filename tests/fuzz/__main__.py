"""Throw frames at servers until so many were thrown, and say what came of them.

    python -m fuzz --frames 1000000 --seed 1

A round is one server in this process, without sockets, on virtual time; it has a seed of its own, so that `--round N`
plays it again. Exit code 0 when nothing broke, every ref was answered and memory stayed where it was.
"""

import argparse
import asyncio
import os
import sys
from itertools import count

from fuzz import handshakes
from fuzz.playing import Seen
from fuzz.rounds import MOST_GROWTH, MOST_HELD, ROUND, Round, growth, held, played, rounds


def _told(seen: Seen, grown: int, more: int) -> str:
    lines = [f"{seen.frames:,} frames, {seen.refs:,} refs whose answers were counted", ""]
    for title, counts in (("thrown", seen.kinds), ("came of it", seen.verdicts)):
        lines += [title, *(f"  {number:>12,}  {name}" for name, number in counts.most_common()), ""]
    lines.append(f"a process grew by {grown / 2**20:.1f} MiB at most; Python holds {more / 2**10:.0f} KiB more")
    return "\n".join(lines)


def main() -> int:
    """The process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description="Throw frames at servers.")
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--handshakes", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--round", type=int, help="play this round alone")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    if given.round is not None:
        seen = played(given.seed, given.round, ROUND).seen
        print(_told(seen, 0, 0), *seen.faults, sep="\n")
        return 1 if seen.faults else 0
    seen, every = Seen(), count(1)
    done: list[Round] = []
    for each in rounds(given.seed, given.frames, given.processes):
        done.append(each)
        each.seen.faults = [f"round {each.number}: {fault}" for fault in each.seen.faults]
        seen.add(each.seen)
        if next(every) % 10 == 0:
            print(f"{seen.frames:>12,} frames, {len(seen.faults)} faults", file=sys.stderr, flush=True)
    grown, more = growth(done), held(given.seed, ROUND)
    print(_told(seen, grown, more))
    answers = asyncio.run(handshakes.throw(str(given.seed), given.handshakes))
    print(
        f"\n{answers.total():,} torn handshakes",
        *(f"  {n:>12,}  {line}" for line, n in answers.most_common()),
        sep="\n",
    )
    if grown > MOST_GROWTH or more > MOST_HELD:
        seen.faults.append("memory is not bounded")
    print(*seen.faults[:20], f"{len(seen.faults)} faults; seed {given.seed}", sep="\n")
    return 1 if seen.faults else 0


if __name__ == "__main__":
    sys.exit(main())
