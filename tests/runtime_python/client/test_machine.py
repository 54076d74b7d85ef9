"""Laws of the client's machine: whatever comes, it is never stuck, doubled, or left with a request."""

import json
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st
from rtgen_runtime.client.backoff import BASE, CAP, backoff
from rtgen_runtime.client.effects import (
    ClientEffect,
    Ended,
    HangUp,
    Open,
    RequestSettled,
    Status,
    TokenNeeded,
    Transmit,
)
from rtgen_runtime.client.machine import ClientMachine
from small_conversation import CONTRACT

WELCOME: Final[list[Any]] = [
    "$welcome",
    {
        "session": "s.x",
        "version": "1.2.3",
        "heartbeat": {"every": 25, "slack": 10},
        "limits": {"frame": 1, "channels": 1, "outbox": 1},
        "auth": {"ttl": 60},
    },
]
JOINED: Final[dict[str, Any]] = {"epoch": "e", "offset": 3, "recovered": True, "replay": 0}
ADDRESSES: Final = ("rooms/a", "rooms/b")
CODES: Final = (1000, 1006, 4000, 4001, 4010, 4100, 4200, 4300, 4400)
VERDICTS: Final = ("never", "now", "backoff", "token", "fresh", "later")

numbers = st.integers(0, 6)
addresses = st.sampled_from(ADDRESSES)
texts = st.sampled_from(VERDICTS)
lefts = st.fixed_dictionaries({"code": st.just("x"), "again": texts})
errors = st.fixed_dictionaries({"code": st.just("x"), "message": st.just(""), "retryable": st.booleans()})
grants = st.builds(lambda got: {**JOINED, "recovered": got}, st.booleans())
resyncs = st.fixed_dictionaries({"epoch": st.just("e"), "after": st.floats(-1, 9), "reason": st.just("x")})
drains = st.fixed_dictionaries({"within": st.floats(-1, 9), "to": st.sampled_from(["ws://here/x", "ws://elsewhere/"])})
frames = st.one_of(
    st.just(WELCOME),
    numbers.map(lambda low: ["$welcome", {**WELCOME[1], "lastRef": low}]),
    st.tuples(st.just("$joined"), numbers, addresses, grants),
    st.tuples(st.just("$left"), numbers, addresses, lefts),
    st.tuples(st.just("$error"), numbers, errors),
    st.tuples(st.just("$reply"), numbers, st.just({"ttl": 9})),
    st.tuples(st.just("$resync"), addresses, resyncs),
    st.tuples(st.just("$drain"), drains),
    st.tuples(st.just("room.added"), numbers, addresses, st.just({"text": "x"})),
    st.tuples(st.just("$presence"), addresses, st.just(["e", 1]), st.just({"count": 1})),
    st.just(["$ping", 1]),
)
pieces: st.SearchStrategy[Any] = st.sampled_from(["$joined", "$welcome", 1, {}, None, -1, 1e300])
junk = st.text() | st.binary() | st.lists(pieces, max_size=4).map(json.dumps)
steps = st.one_of(
    st.tuples(st.just("frame"), numbers, frames),
    st.tuples(st.just("junk"), numbers, junk),
    st.tuples(st.just("opened"), numbers),
    st.tuples(st.just("lost"), numbers, st.sampled_from(CODES)),
    st.tuples(st.just("wait"), st.floats(0, 40)),
    st.tuples(st.just("join"), addresses),
    st.tuples(st.just("leave"), addresses),
    st.tuples(st.just("ask"), addresses, st.booleans()),
    st.tuples(st.just("renewed"), st.booleans()),
)


class Driven:
    """A machine with the least of a driver, which keeps account of what it is told."""

    def __init__(self, luck: float, *, renewable: bool) -> None:
        self.machine = ClientMachine(CONTRACT, "c", lambda: luck, url="ws://here/")
        self.machine.renewal.is_possible = renewable
        self.now = 0.0
        self.open: set[int] = set()
        self.waiting: set[int] = set()
        self.ended = False
        self.asking = False
        self.follow(self.machine.start(self.now))

    def follow(self, effects: list[ClientEffect]) -> None:
        for effect in effects:
            assert not self.ended, effect
            match effect:
                case Open(link):
                    assert link not in self.open
                    self.open.add(link)
                case HangUp(link):
                    self.open.remove(link)
                case Transmit(link):
                    assert link in self.open
                case RequestSettled(ref):
                    self.waiting.remove(ref)
                case TokenNeeded():
                    self.asking = True
                case Ended():
                    self.ended = True
        assert self.machine.links.keys() == self.open
        assert len(self.open) <= 3
        assert self.machine.waiting == self.waiting

    def take(self, step: tuple[Any, ...]) -> None:
        machine = self.machine
        match step:
            case ("frame", number, frame):
                self.follow(machine.received(self.link(number), json.dumps(frame), self.now))
            case ("junk", number, data):
                self.follow(machine.received(self.link(number), data, self.now))
            case ("opened", number):
                self.follow(machine.opened(self.link(number), self.now, "t"))
            case ("lost", number, code):
                link = self.link(number)
                self.open.discard(link)
                self.follow(machine.lost(link, code, "", self.now))
            case ("wait", seconds):
                self.wait(self.now + seconds)
            case ("join", address):
                self.follow(machine.join(address, self.now))
            case ("leave", address):
                self.follow(machine.leave(address))
            case ("ask", address, repeatable) if machine.is_joined(address):
                ref, effects = machine.ask("room.add", address, b"{}", deadline=self.now + 10, repeatable=repeatable)
                self.waiting.add(ref)
                self.follow(effects)
            case ("renewed", is_given) if self.asking:
                self.asking = False
                self.follow(machine.renew("t") if is_given else machine.not_renewed(self.now))

    def link(self, number: int) -> int:
        """Mostly one that is there."""
        there = sorted(self.open)
        return there[number % len(there)] if there else number

    def wait(self, until: float) -> None:
        for _ in range(1000):
            if self.machine.next_deadline() > until:
                break
            self.now = max(self.now, self.machine.next_deadline())
            self.follow(self.machine.tick(self.now))
        else:
            raise AssertionError("time does not pass")
        self.now = until


@given(st.lists(steps, max_size=40), st.floats(0, 1), st.booleans())
@settings(deadline=None, max_examples=150)
def test_nothing_leaves_it_stuck_or_doubled_or_a_request_behind(
    happened: list[tuple[Any, ...]], luck: float, renewable: bool
) -> None:
    driven = Driven(luck, renewable=renewable)
    for step in happened:
        driven.take(step)
        if not driven.ended:
            assert driven.open or driven.machine.next_deadline() < float("inf")
    driven.wait(driven.now + 10.0)
    assert driven.ended or not driven.waiting, "the time of each request is over"
    if not driven.ended:
        driven.follow(driven.machine.close())
    assert driven.ended
    assert (driven.machine.status, driven.waiting, driven.open) == (Status.CLOSED, set(), set())
    assert driven.machine.next_deadline() == float("inf")


@given(st.lists(steps, max_size=30), st.floats(0, 1))
@settings(deadline=None, max_examples=80)
def test_from_everywhere_a_good_server_brings_it_back(happened: list[tuple[Any, ...]], luck: float) -> None:
    driven = Driven(luck, renewable=True)
    driven.take(("join", "rooms/a"))
    for step in happened:
        driven.take(step)
    if driven.ended:
        return
    # All connections break once, and from then on the server does what it should.
    for link in sorted(driven.open):
        driven.open.discard(link)
        driven.follow(driven.machine.lost(link, 1006, "", driven.now))
    if driven.machine.status is Status.CLOSED:
        return
    while not driven.open:
        driven.wait(driven.machine.next_deadline())
    (link,) = driven.open
    driven.follow(driven.machine.opened(link, driven.now, "t"))
    driven.follow(driven.machine.received(link, json.dumps(WELCOME), driven.now))
    assert driven.machine.status is Status.READY


@given(st.integers(0, 1000), st.floats(0, 1))
def test_jitter_is_full_and_capped(failures: int, luck: float) -> None:
    assert 0 <= backoff(failures, lambda: luck) <= min(CAP, BASE * 2 ** min(failures, 16))
