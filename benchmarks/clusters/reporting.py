"""From all rounds to `results/redis.json`, `.md` and `.svg`: medians, ratios, and what was to be reached."""

import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import record
from runtime import building
from runtime.loading import Found
from runtime.plotting import bars
from runtime.servers import OURS

from clusters import bus, nodes
from clusters.peers import in_flight
from clusters.serving import MANAGER, PUBSUB

Times = list[dict[str, float]]

HOP: Final = {"p50": 500.0, "p99": 3000.0}
"""Microseconds that a message may take longer from node to node."""
DEARER: Final = 1.2
BUS: Final = 10.0
CHEAPER: Final = {PUBSUB: 2.0, MANAGER: 8.0}
"""How many times as much a delivery may cost the others."""


@dataclass(slots=True)
class Rounds:
    """What was found, round by round; `peers` by members and by who it was."""

    ours: Times = field(default_factory=list)
    theirs: Times = field(default_factory=list)
    one: Times = field(default_factory=list)
    two: Times = field(default_factory=list)
    peers: dict[int, dict[str, list[Found]]] = field(default_factory=dict)

    def add(self, other: "Rounds") -> None:
        """What was found in further rounds."""
        self.ours += other.ours
        self.theirs += other.theirs
        self.one += other.one
        self.two += other.two
        for members, servers in other.peers.items():
            for name, found in servers.items():
                self.peers.setdefault(members, {}).setdefault(name, []).extend(found)


def report(name: str, rounds: Rounds, redis: str) -> None:
    """Write it down."""
    rows = [*_of_nodes(rounds), *_of_bus(rounds), *_of_redis(rounds), *_of_peers(rounds)]
    figures = (
        f"Medians of {len(rounds.two)} interleaved rounds; nodes on one core, Redis and the load on another: "
        "wall-clock scaling can't be shown so, processor time can"
    )
    record.write(name, rows, ["msgspec", "uvloop", "hiredis"], _versions() | {"Redis": redis}, figures=figures)
    (record.RESULTS / f"{name}.svg").write_text(bars(list(_drawn(rounds))), encoding="utf-8")


def _of_nodes(rounds: Rounds) -> Iterator[record.Row]:
    for name, most in HOP.items():
        one, two = _middle(rounds.one, name), _middle(rounds.two, name)
        work = f"one message to one member, {nodes.RATE:,} a second, {name}"
        goal = f"≤ +{most / 1000:g} ms"
        yield record.Row(work, "1 node, no Redis", one, "µs")
        yield record.Row(work, "2 nodes", two, "µs", "1 node", two / one, goal, two - one <= most)
    for members, burst in nodes.BURSTS.items():
        one, two = (_middle(each, f"delivery to {members}") for each in (rounds.one, rounds.two))
        work = f"fan-out to {members:,} at all nodes, bursts of {burst}, processor time of the nodes a delivery"
        yield record.Row(work, "1 node, no Redis", one, "µs")
        yield record.Row(work, "2 nodes", two, "µs", "1 node", two / one, f"≤ {DEARER} x", two <= DEARER * one)


_BURSTS: Final = {
    "together": f"bursts of {bus.BURST} for one room",
    "apart": f"bursts with one for each of {bus.BURST} rooms",
}


def _of_bus(rounds: Rounds) -> Iterator[record.Row]:
    """Without connections: what both nodes spend together."""
    for name, what in _BURSTS.items():
        ours, theirs = _middle(rounds.ours, name), _middle(rounds.theirs, name)
        work = f"the bus alone, a message said at one node and heard at another, {what}"
        yield record.Row(work, OURS, ours, "µs", "redis-py", ours / theirs, f"≤ {BUS:g} µs", ours <= BUS)
        yield record.Row(work, "redis-py", theirs, "µs")
    yield record.Row(f"a recorded event, {_BURSTS['together']}", OURS, _middle(rounds.ours, "append"), "µs")


def _of_redis(rounds: Rounds) -> Iterator[record.Row]:
    """What decides when another one is needed."""
    names = {f"redis_{name}": f"a message, {what}" for name, what in _BURSTS.items()}
    names["redis_append"] = f"a recorded event, {_BURSTS['together']}"
    for name, what in names.items():
        spent = _middle(rounds.ours, name)
        yield record.Row(f"{what}: processor time of Redis", "Redis", spent, "µs")
        yield record.Row(f"{what}: as many as one Redis carries", "Redis", 1e6 / spent, "/s")


def _of_peers(rounds: Rounds) -> Iterator[record.Row]:
    for members, servers in rounds.peers.items():
        at_once = f"fan-out to {members:,} from another node, {in_flight(members)} at once"
        ours = _figure(servers[OURS], "srv_us_per_msg")
        yield record.Row(f"{at_once}, processor time of the nodes a delivery", OURS, ours, "µs")
        for name, found in servers.items():
            if name == OURS:
                continue
            spent = _figure(found, "srv_us_per_msg")
            least = CHEAPER.get(name)
            goal, met = ("", None) if least is None else (f"≥ {least:g} x", spent / ours >= least)
            work = f"{at_once}, processor time of the nodes a delivery"
            yield record.Row(work, name, spent, "µs", OURS, spent / ours, goal, met)
        for name, found in servers.items():
            yield _rate(at_once, name, _figure(found, "rate"), _figure(servers[OURS], "rate"))


def _rate(work: str, name: str, rate: float, ours: float) -> record.Row:
    work = f"{work}, deliveries a second"
    if name == OURS:
        return record.Row(work, name, rate, "/s")
    return record.Row(work, name, rate, "/s", OURS, rate / ours)


def _drawn(rounds: Rounds) -> Iterator[tuple[str, Mapping[str, float]]]:
    for members, servers in rounds.peers.items():
        title = f"fan-out to {members:,} from another node: µs of both nodes a delivery"
        yield title, {name: _figure(found, "srv_us_per_msg") for name, found in servers.items()}


def _middle(found: Sequence[Mapping[str, float]], name: str) -> float:
    return statistics.median(each[name] for each in found)


def _figure(found: Sequence[Found], name: str) -> float:
    return statistics.median(float(each[name]) for each in found)


def _versions() -> dict[str, str]:
    """Of those that were measured."""
    node = json.loads((building.PEERS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lines = (building.PEERS / "requirements.txt").read_text(encoding="utf-8").splitlines()
    python = dict(line.split("==") for line in lines if "==" in line)
    wanted = ["socket.io", "@socket.io/redis-adapter", "@socket.io/redis-streams-adapter"]
    return {each: node[each] for each in wanted} | {
        "node-redis": node["redis"],
        "python-socketio": python["python-socketio"],
        "redis-py": python["redis"],
    }
