"""When 10,000 clients come to the next server: told to move (trap 17), or closed at once, or closed in batches.

In virtual time, with the Python client's own machine and the server's own numbers; what is counted is connections that
are opened in each tenth of a second. Chance is seeded; figures are the worst of several rounds.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random

import msgspec
from record import Row, write
from rtgen_runtime import codes
from rtgen_runtime.client.effects import Open
from rtgen_runtime.client.machine import ClientMachine
from rtgen_runtime.declarations import Contract
from rtgen_runtime.draining import _BATCH, _PAUSE
from rtgen_runtime.frames import Drain, DrainInfo, encode
from rtgen_runtime.settings import Settings

CLIENTS = 10_000
ROUNDS = 5
WINDOW = Settings().drain_window
CONTRACT = Contract("empty", "1.0.0", "", ())
LIVED = 60.0
"""Seconds that connections have lived."""

WELCOME = msgspec.json.encode(
    [
        "$welcome",
        {
            "session": "s",
            "version": "1.0.0",
            "heartbeat": {"every": 25.0, "slack": 10.0},
            "limits": {"frame": 65536, "channels": 128, "outbox": 1048576},
        },
    ]
)


def connected(chance: Random) -> tuple[ClientMachine, int]:
    """A client that is welcome, and the number of its connection."""
    machine = ClientMachine(CONTRACT, "c", chance.random)
    (number,) = [each.link for each in machine.start(0.0) if isinstance(each, Open)]
    machine.opened(number, 0.0)
    machine.received(number, WELCOME, 0.0)
    machine.received(number, b'["$ping",1]', LIVED)
    return machine, number


def opens(machine: ClientMachine, now: float) -> float:
    """When a client opens its next connection; other deadlines pass on the way."""
    while True:
        now = max(now, machine.next_deadline())
        if any(isinstance(each, Open) for each in machine.tick(now)):
            return now


def told(chance: Random) -> list[float]:
    """Asked to move: arrivals in seconds after the frame."""
    frame = encode(Drain(DrainInfo(within=WINDOW)))
    arrivals = []
    for _ in range(CLIENTS):
        machine, number = connected(chance)
        machine.received(number, frame, LIVED)
        arrivals.append(opens(machine, LIVED) - LIVED)
    return arrivals


def closed(chance: Random, *, in_batches: bool) -> list[float]:
    """Closed with the verdict *now*: arrivals in seconds after the first close."""
    arrivals = []
    for index in range(CLIENTS):
        machine, number = connected(chance)
        at = LIVED + (index // _BATCH * _PAUSE if in_batches else 0.0)
        machine.lost(number, codes.STOPPING.code, "", at)
        arrivals.append(opens(machine, at) - LIVED)
    return arrivals


def peak(arrivals: list[float]) -> int:
    """The most that come within a tenth of a second."""
    return max(Counter(int(each * 10) for each in arrivals).values())


def main() -> None:
    """Measure, and write results/draining."""
    chance = Random(17)  # noqa: S311  (chance, not a secret)
    rows = []
    at_once = max(peak(closed(chance, in_batches=False)) for _ in range(ROUNDS))
    rows.append(Row("10,000 clients, most in 0.1 s", "closed at once", at_once, "connections"))
    ways: dict[str, Callable[[Random], list[float]]] = {
        f"told to move within {WINDOW:g} s": told,
        f"closed, {_BATCH} each {_PAUSE * 1000:g} ms": partial(closed, in_batches=True),
    }
    for name, way in ways.items():
        rounds = [way(chance) for _ in range(ROUNDS)]
        worst = max(peak(each) for each in rounds)
        even = CLIENTS / WINDOW / 10
        goal = f"under {2 * even:.0f}: twice an even spread" if way is told else ""
        met = worst < 2 * even if way is told else None
        rows.append(
            Row(
                "10,000 clients, most in 0.1 s",
                name,
                worst,
                "connections",
                "closed at once",
                worst / at_once,
                goal,
                met,
            )
        )
        last = max(max(each) for each in rounds)
        rows.append(Row("10,000 clients, the last one", name, last, "s"))
    write("draining", rows, ["msgspec"], figures="The worst of 5 rounds, in virtual time")


if __name__ == "__main__":
    main()
