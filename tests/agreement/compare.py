"""Both ends judge the same texts by the same schemas, and `jsonschema` judges them too.

    python -m agreement.compare --instances 200000 --seed 1

A round is one generated contract of many schemas: its Python validators are imported, its TypeScript validators run in
Node. Verdict, code and first pointer must be the same for every text; the verdict may differ from `jsonschema`'s in the
classes of `differences.yaml` alone. Exit code 0 when that holds and the run has seen enough (`coverage.py`).
"""

import argparse
import json
import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from agreement.contracts import words_in
from agreement.coverage import FULL, Coverage
from agreement.judging import Family, judged
from agreement.reduce import shown, smallest
from agreement.samples import Sample, drawn

_SAMPLES: Final = 150
_TEXTS: Final = 40
_MOST_FAULTS: Final = 5


@dataclass(slots=True)
class Result:
    """What a run, or one round of it, has seen; and the texts that were judged differently, each with its schemas."""

    coverage: Coverage = field(default_factory=Coverage)
    faults: list[Family] = field(default_factory=list)

    def add(self, other: "Result") -> None:
        """Count another round in."""
        self.coverage.add(other.coverage)
        self.faults += other.faults

    def told(self) -> str:
        """The faults, each as small as it gets."""
        return "\n\n".join(shown(*smallest(each)) for each in self.faults[:_MOST_FAULTS])


def _untold(_: Result) -> None:
    """Progress that nobody waits for."""


def compare(instances: int, seed: int, processes: int = 1, progress: Callable[[Result], None] = _untold) -> Result:
    """Run rounds until so many instances were judged; the same ones, however many processes there are."""
    result = Result()
    # Some texts come up twice, and count once: so a few more are drawn.
    wanted = -(-instances // (_TEXTS * 3 // 4))
    samples = -(-wanted // -(-wanted // _SAMPLES))
    for made in _rounds(seed, samples, processes):
        result.add(made)
        progress(result)
        if result.coverage.instances >= instances or result.faults:
            break
    return result


def _rounds(seed: int, samples: int, processes: int) -> Iterator[Result]:
    """The results of rounds, in their order, without an end."""
    if processes == 1:
        yield from (_round(f"{seed}/{number}", samples) for number in count())
    # Fresh interpreters: a fork would take the threads of hypothesis and pytest along.
    pool = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))
    try:
        numbers = count()
        ahead: deque[Future[Result]] = deque()
        while True:
            while len(ahead) <= processes:
                ahead.append(pool.submit(_round, f"{seed}/{next(numbers)}", samples))
            yield ahead.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _round(seed: str, count: int) -> Result:
    result = Result()
    samples = drawn(seed, count, _TEXTS)
    unique = {json.dumps(each.schemas): each for each in samples}.values()
    families = [_family(each) for each in unique]
    coverage = result.coverage
    answers = judged(families)
    coverage.refused.update(answers.refused)
    for sample, family, said in zip(unique, families, answers.judgements, strict=True):
        if said is None:
            continue
        coverage.schemas += len(family.schemas)
        coverage.words.update(words_in(family.schemas.values()))
        known = dict(zip(family.asked, said, strict=True))
        coverage.instances += len(known)
        coverage.valid += sum(each.python is None for each in said)
        coverage.near += sum(known[base].python is None for base in _bases(sample).values())
        coverage.gaps += sum(each.gap for each in said)
        coverage.codes.update(each.python[0] for each in said if each.python is not None)
        coverage.differences.update(each.difference for each in said if each.difference)
        result.faults += [Family(family.schemas, (asked,)) for asked, each in known.items() if each.fault]
    return result


def _family(sample: Sample) -> Family:
    """A sample without its repeated texts."""
    return Family(sample.schemas, tuple(dict.fromkeys((each.schema, each.text) for each in sample.texts)))


def _bases(sample: Sample) -> dict[tuple[str, str], tuple[str, str]]:
    """What each edited text was made from. A text that came up otherwise before is no edit."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    seen: set[tuple[str, str]] = set()
    for each in sample.texts:
        asked = (each.schema, each.text)
        if each.base is not None and asked not in seen:
            base = sample.texts[each.base]
            found[asked] = (base.schema, base.text)
        seen.add(asked)
    return found


def main() -> int:
    """Print what was seen; the exit code says whether all judges agreed, and about enough."""
    parser = argparse.ArgumentParser(description="Do both ends judge alike?")
    parser.add_argument("--instances", type=int, default=FULL)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    options = parser.parse_args()

    def progress(result: Result) -> None:
        print(f"{result.coverage.instances:8} of {options.instances} instances", file=sys.stderr, flush=True)

    result = compare(options.instances, options.seed, options.processes, progress)
    print(f"seed {options.seed}\n{result.coverage.table()}\n")
    print(f"{len(result.faults)} texts were judged differently")
    if result.faults:
        print(result.told())
    shortfalls = [] if result.faults else result.coverage.shortfalls()
    for each in shortfalls:
        print(f"too few {each}")
    return 1 if result.faults or shortfalls else 0


if __name__ == "__main__":
    sys.exit(main())
