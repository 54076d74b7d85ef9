"""What is measured: each work is some loads, for some servers, and what their figures should be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from runtime.loading import Load
from runtime.servers import EVERYBODY, FLOOR, OURS, SOCKETIO, UWS, WEBSOCKETS, WS


@dataclass(frozen=True, slots=True)
class Goal:
    """Ours over another's figure, or ours alone where `against` is empty; `least` where more is better."""

    figure: str
    bound: float
    against: str = ""
    least: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One load. `figures` are names of `load`'s figures; the first is the one that the plot shows."""

    name: str
    load: Load
    figures: tuple[str, ...]
    goals: tuple[Goal, ...] = ()
    servers: tuple[str, ...] = EVERYBODY


@dataclass(frozen=True, slots=True)
class Flat:
    """A figure of ours which should be the same, within `BESIDE`, in the last of some cases as in the first.

    With `sizes`, one for each case, the figure is one of each piece, and what each further piece costs is judged, too.
    """

    figure: str
    cases: tuple[str, ...]
    sizes: tuple[int, ...] = ()


BESIDE: Final = (0.85, 1.15)


@dataclass(frozen=True, slots=True)
class Work:
    """Cases that are measured together. `processes` of each server; `seconds` a measurement."""

    cases: tuple[Case, ...]
    flat: tuple[Flat, ...] = ()
    seconds: float = 3.0
    processes: int = 1
    quick: bool = True
    """Whether it is part of the short form."""


def _fan_out(members: int, *options: str, processes: int = 1) -> Load:
    return Load(True, members, options, processes)


def _idle(connections: int, hold: float, *options: str, processes: int = 1) -> Load:
    """Idle but for fifty, which ask 2,000 times a second in all."""
    asking = ("-A", "50", "-r", "2000", "-c", "60", "-H", str(hold), *options)
    return Load(False, connections, asking, processes)


def _fanned(members: int) -> str:
    return f"fan-out to {members:,}, saturated"


def _idling(connections: int) -> str:
    return f"{connections:,} idle connections"


_MEMBERS: Final = (100, 1000, 5000)
_IDLE: Final = (1000, 5000, 18_000)
_AT_RATE: Final = (OURS, FLOOR, WEBSOCKETS, WS, UWS)
_MEMORY: Final = ("b_per_conn", "conn_cpu_us")
_COST: Final = ("rate", "srv_us_per_msg", "p50_us", "p99_us")

WORKS: Final[Mapping[str, Work]] = {
    "requests": Work(
        (
            Case(
                "request with reply, 50 connections",
                Load(False, 50, ()),
                _COST,
                (
                    Goal("rate", 1.0, WS, least=True),
                    Goal("rate", 2.0, SOCKETIO, least=True),
                    Goal("rate", 7.0, "python-socketio", least=True),
                    Goal("rate", 1.5, WEBSOCKETS, least=True),
                ),
            ),
        )
    ),
    "fan-out": Work(
        (
            Case(
                "fan-out to 1,000, saturated",
                _fan_out(1000, "-W", "2"),
                _COST,
                (
                    Goal("rate", 1.2, FLOOR, least=True),
                    Goal("rate", 2.3, WEBSOCKETS, least=True),
                    Goal("rate", 2.5, WS, least=True),
                    Goal("rate", 10.0, "python-socketio", least=True),
                    Goal("rate", 0.85, UWS, least=True),
                ),
            ),
        )
    ),
    "rates": Work(
        (
            Case(
                "100,000 deliveries/s, fan-out 100",
                _fan_out(100, "-r", "1000"),
                ("p99_us", "p50_us", "rate", "srv_us_per_msg"),
                (Goal("p99_us", 5000.0), Goal("p99_us", 2.0, FLOOR)),
                _AT_RATE,
            ),
            Case(
                "75,000 deliveries/s, fan-out 1,000",
                _fan_out(1000, "-r", "75"),
                ("p99_us", "p50_us", "rate", "srv_us_per_msg"),
                (Goal("p99_us", 1.4, FLOOR),),
                _AT_RATE,
            ),
            Case(
                "150,000 deliveries/s offered, fan-out 1,000",
                _fan_out(1000, "-r", "150"),
                ("p99_us", "p50_us", "rate", "srv_us_per_msg"),
                (Goal("p99_us", 50_000.0),),
                _AT_RATE,
            ),
        )
    ),
    "memory": Work(
        (
            Case(
                "10,000 idle connections",
                _idle(10_000, 1.0),
                (*_MEMORY, "p99_us"),
                (Goal("b_per_conn", 4096.0), Goal("b_per_conn", 0.33, WEBSOCKETS), Goal("conn_cpu_us", 250.0)),
            ),
        ),
        seconds=2.0,
    ),
    "many": Work(
        (
            Case(
                "50,000 idle connections, three processes",
                _idle(50_000, 2.0, processes=3),
                ("b_per_conn", "conn_cpu_us", "rss1_kb", "p99_us"),
                (Goal("p99_us", 5000.0), Goal("rss1_kb", 400_000.0)),
                (OURS, FLOOR),
            ),
        ),
        processes=3,
        quick=False,
    ),
    "growth": Work(
        (
            *(
                Case(
                    _fanned(members),
                    _fan_out(members, "-W", "2"),
                    ("srv_us_per_msg", "rate"),
                    servers=(OURS, FLOOR),
                )
                for members in _MEMBERS
            ),
            *(Case(_idling(idle), _idle(idle, 1.0), _MEMORY, servers=(OURS,)) for idle in _IDLE),
        ),
        (
            Flat("srv_us_per_msg", tuple(map(_fanned, _MEMBERS))),
            Flat("b_per_conn", tuple(map(_idling, _IDLE)), _IDLE),
        ),
        seconds=2.0,
        quick=False,
    ),
}
"""By the name that `--work` takes."""
