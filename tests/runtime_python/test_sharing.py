"""What many members get in one pass is what each would get from its own outbox: the same writes in the same order."""

import asyncio
from collections.abc import Callable
from itertools import chain
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st
from rtgen_runtime.audience import WORTH_IT
from rtgen_runtime.backlog import Policy
from rtgen_runtime.history.recovery import Page
from rtgen_runtime.hub import Hub
from rtgen_runtime.outbox import Flusher, Outbox
from rtgen_runtime.router import Place
from rtgen_runtime.seats import Seat
from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.subscriptions import Subscription
from slow_sockets import SlowSocket
from small_conversation import CONTRACT, ROOM, WAVE, RoomParams

MEMBERS: Final = WORTH_IT + 3
LIMIT: Final = 60
PLACES: Final = tuple(Place(ROOM, f"rooms/{name}", RoomParams(name=name)) for name in "ab")
POLICIES: Final = (None, Policy(volatile=True), Policy(slot="x"), Policy(volatile=True, slot="y"))
NOTHING_MISSED: Final[Page[Any]] = Page("e", 0, recovered=True)


class ByHand(Flusher):
    """Turns of the loop are the test's."""

    def _soon(self) -> None:
        pass


class Client:
    """One socket with its outbox. Some speak another encoding, in which not all frames can be said."""

    def __init__(self, number: int, flusher: Flusher) -> None:
        self.socket = SlowSocket()
        self.box = Outbox(self.socket, LIMIT, flusher, self)
        self.socket.writable = self.box.writable
        self.name = f"s{number}"
        if number % 5 == 1:
            self.box.transcode(lambda frame: b"" if frame.endswith(b"3") else b"<%b>" % frame)

    def fell_behind(self) -> None:
        self.box.close(4101, "behind")


class World:
    """Two rooms full of clients, with or without sharing."""

    def __init__(self, *, shares: bool) -> None:
        self.flusher = ByHand()
        self.hub = Hub(CONTRACT, MemoryStore(), lambda: 1.0, self.flusher if shares else None)
        self.clients = [Client(number, self.flusher) for number in range(MEMBERS)]
        self.joined: dict[tuple[int, int], Subscription] = {}
        self.lost: set[int] = set()
        for number in range(MEMBERS):
            for place in (0, 1):
                self.come(number, place)
                self.let_in(number, place)

    def come(self, number: int, place: int) -> None:
        self.go(number, place)
        client = self.clients[number]
        address = PLACES[place].address
        self.joined[number, place] = self.hub.subscribe(address, client.box, Seat(client.name))

    def let_in(self, number: int, place: int) -> None:
        subscription = self.joined.get((number, place))
        if subscription is not None:
            subscription.release(NOTHING_MISSED)

    def go(self, number: int, place: int) -> None:
        subscription = self.joined.pop((number, place), None)
        if subscription is not None:
            self.hub.unsubscribe(PLACES[place].address, subscription)

    def tell(self, place: int, frame: bytes, policy: Policy | None) -> None:
        self.hub.tell(PLACES[place].address, frame, policy)

    def relay(self, number: int, place: int, frame: bytes) -> None:
        self.hub.forward(PLACES[place], WAVE, b'"%b"' % frame, self.clients[number].name)

    def answer(self, number: int, frame: bytes) -> None:
        self.clients[number].box.add(frame)

    def afresh(self, place: int) -> None:
        self.hub.start_afresh(PLACES[place].address, "f", "lost")

    def turn(self) -> None:
        self.flusher.flush()

    def slow(self, number: int) -> None:
        self.turn()
        self.clients[number].socket.fast = False

    def hurry(self, number: int) -> None:
        self.turn()
        self.clients[number].socket.hurry()

    def close(self, number: int) -> None:
        self.clients[number].box.close(1000, "")

    def lose(self, number: int) -> None:
        self.clients[number].box.discard()
        self.lost.add(number)

    @property
    def outcome(self) -> Any:
        """For everybody but who is gone: what one turn writes before its end, or not, reaches nobody there."""
        there = [each.socket for number, each in enumerate(self.clients) if number not in self.lost]
        counts = self.flusher.counts
        spared = counts.written, counts.dropped, counts.conflated, counts.overflowed
        heard = [(list(chain.from_iterable(each.writes)), each.closed) for each in there]
        return heard, self.hub._counts.sent, () if self.lost else spared


_number: Final = st.integers(0, MEMBERS - 1)
_place: Final = st.integers(0, 1)
_frame: Final = st.builds(lambda size, last: b"-" * size + b"%d" % last, st.integers(1, 25), st.integers(0, 9))
_FREQUENT: Final = (
    st.tuples(st.just(World.tell), st.just(0), _frame, st.sampled_from(POLICIES)),
    st.tuples(st.just(World.relay), _number, st.just(0), _frame),
    st.tuples(st.just(World.answer), _number, _frame),
)
_SELDOM: Final = (
    st.tuples(st.just(World.tell), _place, _frame, st.sampled_from(POLICIES)),
    st.tuples(st.just(World.turn)),
    *(st.tuples(st.just(each), _number, _place) for each in (World.come, World.let_in, World.go)),
    *(st.tuples(st.just(each), _number) for each in (World.slow, World.hurry, World.close, World.lose)),
    st.tuples(st.just(World.afresh), _place),
)
_step: Final = st.one_of(*_FREQUENT, *_FREQUENT, *_SELDOM)


@settings(max_examples=200, deadline=None)
@given(st.lists(_step, max_size=40))
def test_sharing_changes_nothing_for_anybody(steps: list[tuple[Callable[..., None], Any]]) -> None:
    worlds = World(shares=False), World(shares=True)
    for world in worlds:
        for does, *arguments in steps:
            does(world, *arguments)
        world.turn()
        world.turn()  # who fell behind was told in the first
    assert worlds[0].outcome == worlds[1].outcome


def test_members_who_get_the_same_get_one_list_of_frames() -> None:
    world = World(shares=True)
    for last in (b"1", b"2"):
        world.tell(0, b"-" + last, None)
    world.answer(3, b"own")
    world.tell(0, b"-4", None)
    world.turn()
    writes = [each.socket.writes for each in world.clients]
    assert writes[3] == [[b"-1", b"-2", b"own", b"-4"]]
    assert writes[1] == [[b"<-1>", b"<-2>", b"<-4>"]]
    assert all(each == [[b"-1", b"-2", b"-4"]] for number, each in enumerate(writes) if number not in {1, 3, 6})


async def test_it_is_written_when_the_turn_ends() -> None:
    flusher = Flusher()
    clients = [Client(0, flusher) for _ in range(MEMBERS)]
    flusher.share([each.box for each in clients], b"a", None)
    assert clients[0].socket.writes == []
    await asyncio.sleep(0)
    assert [each.socket.writes for each in clients] == [[[b"a"]]] * MEMBERS
    assert flusher.counts.written == MEMBERS
