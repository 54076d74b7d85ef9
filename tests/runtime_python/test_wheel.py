"""All deadlines on one timer; the clock is turned by hand."""

import asyncio

import pytest
from rtgen_runtime.wheel import PIECES, SLOT, STEP, Wheel


class Alarm:
    """Wants to be ticked at the given times."""

    def __init__(self, *times: float) -> None:
        self.scheduled = float("inf")
        self.times = list(times)
        self.rung: list[float] = []

    def tick(self, now: float) -> None:
        if self.times and now >= self.times[0]:
            self.rung.append(now)
            self.times.pop(0)

    def next_deadline(self) -> float:
        return self.times[0] if self.times else float("inf")


class TurnedWheel(Wheel):
    """A wheel whose timer is the test."""

    def __init__(self) -> None:
        self.now = 100.0
        super().__init__(lambda: self.now)

    def turn_to(self, now: float) -> None:
        while self.now < now:
            self.now = min(now, self.now + SLOT)
            self._turn()


async def test_each_deadline_is_met_at_most_a_slot_late() -> None:
    wheel = TurnedWheel()
    alarms = [Alarm(100.1, 105.0, 105.2), Alarm(101.0), Alarm()]
    for alarm in alarms:
        wheel.add(alarm)
    wheel.turn_to(110.0)
    wheel.stop()
    assert [len(alarm.rung) for alarm in alarms] == [3, 1, 0]
    for rung, wanted in zip(alarms[0].rung, (100.1, 105.0, 105.2), strict=True):
        assert wanted <= rung <= wanted + 2 * SLOT


@pytest.mark.parametrize("runs", [False, True])
async def test_a_deadline_that_is_over_when_it_is_added_is_met_all_the_same(*, runs: bool) -> None:
    """What a slow store held back is due at once, whatever slots have been turned meanwhile."""
    wheel, other, alarm = TurnedWheel(), Alarm(*(100.0 + number for number in range(20))), Alarm(101.0)
    if runs:
        wheel.add(other)
    wheel.turn_to(104.0)
    wheel.add(alarm)
    wheel.turn_to(104.0 + 2 * SLOT)
    wheel.stop()
    assert len(alarm.rung) == 1


async def test_a_deadline_may_move_forward() -> None:
    wheel, alarm = TurnedWheel(), Alarm(105.0)
    wheel.add(alarm)
    alarm.times = [101.0]
    wheel.add(alarm)
    wheel.turn_to(103.0)
    wheel.stop()
    assert len(alarm.rung) == 1


async def test_what_is_read_after_the_loop_stood_still_may_have_come_meanwhile() -> None:
    wheel = TurnedWheel()
    wheel.add(Alarm(200.0))
    wheel.now = 100.5
    wheel._turn_in_time()
    assert wheel.came(100.5) == 100.5
    wheel.now = 115.0
    wheel._turn_in_time()
    since = wheel.came(115.0)
    assert 100.0 <= since <= 100.5
    assert [wheel.came(each) for each in (99.0, 115.9, 116.1)] == [99.0, since, 116.1]
    wheel.stop()


async def test_an_idle_wheel_has_no_timer() -> None:
    wheel = TurnedWheel()
    before = len(asyncio.all_tasks())
    wheel.add(Alarm(101.0))
    states = [wheel.running]
    wheel.turn_to(102.0)
    states.append(wheel.running)
    assert states == [True, False]
    assert len(asyncio.all_tasks()) == before


async def test_adding_again_takes_no_further_place() -> None:
    wheel = TurnedWheel()
    alarms = [Alarm(100.1), Alarm(100.25), Alarm(107.0)]
    for _ in range(5):
        for alarm in alarms:
            wheel.add(alarm)
    assert wheel.places == 3
    wheel.stop()


async def test_many_deadlines_of_one_slot_are_met_a_few_at_a_time() -> None:
    wheel = TurnedWheel()
    alarms = [Alarm(100.1) for _ in range(400)]
    for alarm in alarms:
        wheel.add(alarm)
    rung: list[int] = []
    while wheel.running:
        wheel.now += SLOT if not rung else STEP
        before = sum(len(alarm.rung) for alarm in alarms)
        wheel._turn()
        rung.append(sum(len(alarm.rung) for alarm in alarms) - before)
    assert rung == [400 // PIECES] * PIECES
    assert all(alarm.rung[0] <= 100.1 + 2 * SLOT for alarm in alarms)


async def test_who_is_left_of_a_slot_is_not_left_for_another() -> None:
    wheel = TurnedWheel()
    alarms = [Alarm(100.1) for _ in range(400)]
    for alarm in alarms:
        wheel.add(alarm)
    wheel.now += SLOT
    wheel._turn()
    wheel.now += SLOT  # something held up the loop meanwhile
    wheel._turn()
    assert [len(alarm.rung) for alarm in alarms] == [1] * 400
    assert not wheel.running
