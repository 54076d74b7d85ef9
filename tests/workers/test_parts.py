"""What the exchange puts together: people of all workers, and their metrics."""

import asyncio
import socket

import pytest
from rtgen_runtime.exchange.people import AllPeople
from rtgen_runtime.presence.interface import Change, Delta
from rtgen_runtime.presence.memory import MemoryPresence
from rtgen_runtime.workers.ports import SharedPort
from rtgen_runtime.workers.scraping import merged


async def test_people_of_a_dead_worker_stay_for_the_lease_unless_another_shows_them() -> None:
    heard: list[Delta] = []
    swept = asyncio.Event()

    def hear(_address: str, delta: Delta) -> None:
        heard.append(delta)
        if delta.leave:
            swept.set()

    people = AllPeople(MemoryPresence(), lease=0.01)
    people.listen(hear)
    await people.apply(1, "a", [Change("ada", b"1"), Change("bob", b"1")])
    people.gone(1)
    await people.apply(2, "a", [Change("ada", b"1")])
    assert (await people.summary("a")).count == 2
    await asyncio.wait_for(swept.wait(), 10)
    assert [delta.leave for delta in heard] == [(), ("bob",)]
    await people.apply(2, "a", [Change("ada", None)])
    assert (await people.summary("a")).count == 0


async def test_a_person_shows_what_the_last_worker_says() -> None:
    people = AllPeople(MemoryPresence())
    for worker, state in ((1, b"old"), (2, b"new")):
        await people.apply(worker, "a", [Change("ada", state)])
    assert (await people.page("a", "", 10, 1000)).people == (("ada", b"new"),)
    await people.apply(2, "a", [Change("ada", None)])
    assert (await people.page("a", "", 10, 1000)).people == (("ada", b"old"),)


def test_every_family_is_named_once_and_every_sample_says_whose_it_is() -> None:
    one = '# HELP x_total About.\n# TYPE x_total counter\nx_total{code="a b"} 1\nx_total 2\n'
    assert merged([("", "# HELP y Other.\n# TYPE y gauge\ny 2\n"), ("1", one), ("2-draining", one)]).splitlines() == [
        "# HELP y Other.",
        "# TYPE y gauge",
        "y 2",
        "# HELP x_total About.",
        "# TYPE x_total counter",
        'x_total{worker="1",code="a b"} 1',
        'x_total{worker="1"} 2',
        'x_total{worker="2-draining",code="a b"} 1',
        'x_total{worker="2-draining"} 2',
    ]


def test_a_shared_port_is_one_number_and_not_taken_from_others() -> None:
    port = SharedPort("127.0.0.1", 0)
    taken = [*port.open(), *port.open()]
    assert {each.getsockname()[1] for each in taken} == {port.number}
    taken[0].listen()
    with pytest.raises(OSError, match="in use"):
        SharedPort("127.0.0.1", port.number)
    for each in taken:
        each.close()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port.number))
