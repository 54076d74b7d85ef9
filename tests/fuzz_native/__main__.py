"""Have our codec and the `websockets` library's judge torn streams of frames, until so many were judged.

    python -m fuzz_native --streams 1000000 --seed 1

Exit code 0 when they said the same of all of them: the same messages, the same refusals.
"""

import argparse
import multiprocessing
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Final

from fuzz_native.comparing import CODES, Disagreement, play

_ROUND: Final = 10_000


def main() -> int:
    """The process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m fuzz_native", description="Compare two codecs.")
    parser.add_argument("--streams", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    said, faults = Counter[str](), 0
    with ProcessPoolExecutor(given.processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        numbers = range(-(-given.streams // _ROUND))
        waiting = [pool.submit(play, f"{given.seed}/{number}", _ROUND) for number in numbers]
        for each in as_completed(waiting):
            try:
                said += each.result()
            except Disagreement as problem:
                faults += 1
                print(problem, file=sys.stderr, flush=True)
    print(f"{said.total():,} streams", *(f"  {count:>12,}  {words}" for words, count in said.most_common()), sep="\n")
    print("may differ:", *(f"  {ours} for {theirs}: {why}" for (ours, theirs), why in CODES.items()), sep="\n")
    print(f"{faults} disagreements; seed {given.seed}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
