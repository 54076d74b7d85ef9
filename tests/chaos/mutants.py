"""Plays each mutation under the faults that bring it to light; the checker must notice all that is not made good."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Final

from chaos.mutation import Mutation
from chaos.mutations import MUTATIONS
from chaos.outcome import Outcome, Plan
from chaos.play import play
from chaos.world import People

AT_ONCE: Final = 2
PEOPLE: Final = People(python=16, typescript=2, halls=3, every=0.5, burst=2, guests=5.0)


async def _play(name: str, mutation: Mutation, seed: int) -> Outcome:
    plan = Plan(mutation.seconds, mutation.faults, PEOPLE, mutation=name, only=mutation.needs)
    with tempfile.TemporaryDirectory() as folder:
        return await play(Path(folder), seed, plan)


async def _judge(name: str, seed: int, room: asyncio.Semaphore) -> bool:
    """Whether the verdict is as it must be; said in a row of a table."""
    mutation = MUTATIONS[name]
    async with room:
        outcome = await _play(name, mutation, seed)
    broken = outcome.report.broken
    is_right = not broken if mutation.breaks is None else mutation.breaks in broken
    verdict = ", ".join(sorted(each.name.lower() for each in broken)) or "made good"
    print(f"| {name} | {mutation.words} | {verdict if is_right else f'WRONG: {verdict}'} |", flush=True)
    if not is_right:
        print("".join(f"    {each}\n" for each in outcome.report.violations[:5]), end="", flush=True)
    return is_right


async def _judge_all(names: list[str], seed: int) -> bool:
    room = asyncio.Semaphore(AT_ONCE)
    return all(await asyncio.gather(*(_judge(name, seed, room) for name in names)))


def main() -> int:
    """0 where all were noticed."""
    parser = argparse.ArgumentParser(prog="python -m chaos.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=MUTATIONS, help="this mutation; repeat for more")
    given = parser.parse_args()
    print("| broken | what that is | noticed as |\n| --- | --- | --- |", flush=True)
    return 0 if asyncio.run(_judge_all(given.only or list(MUTATIONS), given.seed)) else 1


if __name__ == "__main__":
    sys.exit(main())
