"""Rounds of fuzzing, each with a server and a seed of its own, and what they leave in memory."""

import gc
import multiprocessing
import os
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Final, NamedTuple

from fuzz.playing import Seen, play

ROUND: Final = 10_000
MOST_GROWTH: Final = 16 * 2**20
"""Bytes that a process may grow between its third round and its last, whatever was thrown at it."""
MOST_HELD: Final = 2**20
"""Bytes that Python may hold more after a round than after another one."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


class Round(NamedTuple):
    """What one round saw, and how large the process was after it."""

    number: int
    seen: Seen
    process: int
    resident: int


def resident() -> int:
    """Bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def played(seed: int, number: int, frames: int) -> Round:
    """One round."""
    return Round(number, play(f"{seed}/{number}", frames), os.getpid(), resident())


def held(seed: int, frames: int) -> int:
    """Bytes that Python holds more after three rounds than after one."""
    play(f"{seed}/memory", frames)
    tracemalloc.start()
    try:
        play(f"{seed}/memory/0", frames)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        for number in (1, 2):
            play(f"{seed}/memory/{number}", frames)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
        return after - before
    finally:
        tracemalloc.stop()


def growth(done: list[Round]) -> int:
    """Bytes that the process that grew most has grown since its third round."""
    sizes: dict[int, list[int]] = {}
    for each in done:
        sizes.setdefault(each.process, []).append(each.resident)
    return max((of[-1] - of[2] for of in sizes.values() if len(of) > 2), default=0)


def rounds(seed: int, frames: int, processes: int) -> Iterator[Round]:
    """As they end; the same ones, however many processes there are."""
    numbers = range(-(-frames // ROUND))
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting: list[Future[Round]] = [pool.submit(played, seed, number, ROUND) for number in numbers]
        for ended in as_completed(waiting):
            yield ended.result()
