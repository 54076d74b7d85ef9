"""Work of one lane runs in order, without a task unless it waits."""

import asyncio
from collections.abc import Awaitable

from hypothesis import given
from hypothesis import strategies as st
from rtgen_runtime.lanes import Lanes, Work


class Log:
    """Makes work that notes when it is done."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def plain(self, name: str) -> Work:
        return lambda: self.done.append(name)

    def waiting(self, name: str, gate: asyncio.Event) -> Work:
        async def work() -> None:
            await gate.wait()
            self.done.append(name)

        return work


class Idle:
    """Hears that nothing runs any more."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    def settled(self) -> None:
        self.event.set()


async def test_plain_work_is_done_at_once_and_makes_no_task() -> None:
    log, lanes = Log(), Lanes(Idle())
    before = len(asyncio.all_tasks())
    lanes.add("a", log.plain("1"))
    assert (log.done, lanes.busy, len(asyncio.all_tasks())) == (["1"], False, before)


async def test_plain_work_waits_for_what_came_before_it_on_its_lane_only() -> None:
    log, gate, idle = Log(), asyncio.Event(), Idle()
    lanes = Lanes(idle)
    lanes.add("a", log.waiting("1", gate))
    lanes.add("a", log.plain("2"))
    lanes.add("b", log.plain("3"))
    assert (log.done, lanes.busy, lanes.waiting) == (["3"], True, 1)
    gate.set()
    await idle.event.wait()
    assert (log.done, lanes.busy, lanes.waiting) == (["3", "1", "2"], False, 0)


async def test_work_that_adds_to_its_own_lane_comes_first() -> None:
    log, lanes = Log(), Lanes(Idle())

    def outer() -> Awaitable[None] | None:
        lanes.add("a", log.plain("inner"))
        log.done.append("outer")
        return None

    lanes.add("a", outer)
    assert (log.done, lanes.waiting) == (["outer", "inner"], 0)


async def test_cancelling_forgets_what_waits() -> None:
    log, lanes = Log(), Lanes(Idle())
    lanes.add("a", log.waiting("1", asyncio.Event()))
    lanes.add("a", log.plain("2"))
    await asyncio.sleep(0)
    lanes.cancel()
    await lanes.drained()
    assert (log.done, lanes.waiting, lanes.busy) == ([], 0, False)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), max_size=12))
def test_the_order_of_a_lane_is_the_order_of_adding_whatever_waits(steps: list[tuple[str, bool]]) -> None:
    async def run() -> list[str]:
        log, gate, lanes = Log(), asyncio.Event(), Lanes(Idle())
        for number, (key, waits) in enumerate(steps):
            lanes.add(key, log.waiting(f"{key}{number}", gate) if waits else log.plain(f"{key}{number}"))
        gate.set()
        await lanes.drained()
        return log.done

    done = asyncio.run(run())
    for key in "ab":
        assert [each for each in done if each[0] == key] == [f"{key}{n}" for n, (k, _) in enumerate(steps) if k == key]
