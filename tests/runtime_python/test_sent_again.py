"""What takes effect once where a store has lost its memory, or has not said what it did: unknown, and never twice."""

import asyncio

import pytest
from kept_conversation import Peer, Rooms, app, welcome
from rtgen_runtime.errors import MaybeKept, StoreUnavailable
from rtgen_runtime.stores.interface import Claim
from rtgen_runtime.stores.memory import MemoryOutcomes, MemoryStore

ROOM = "rooms/a"


class Forgetful(MemoryOutcomes):
    """A store that may have lost what it was told."""

    sure = False
    away = False
    asked = 0

    async def claim(self, owner: str, request: str, digest: bytes, window: float) -> Claim:
        """None while it is away."""
        if self.away:
            raise StoreUnavailable("gone")
        return await super().claim(owner, request, digest, window)

    async def remembers(self, _owner: str, _window: float) -> bool:
        """As a test says."""
        self.asked += 1
        return self.sure


@pytest.fixture
def outcomes() -> Forgetful:
    return Forgetful()


@pytest.fixture
def rooms() -> Rooms:
    return Rooms()


async def joined(rooms: Rooms, outcomes: Forgetful, ref: int) -> Peer:
    """A member whose join has this ref."""
    store = MemoryStore()
    store.outcomes = outcomes
    peer = Peer(app(store, rooms), "c1")
    await welcome(peer)
    peer.tell("$join", ref, ROOM)
    assert (await peer.answer(ref))[0] == "$joined"
    return peer


async def added(peer: Peer, ref: int, text: str = "hi") -> list[object]:
    peer.tell("room.add", ref, ROOM, {"text": text})
    answer: list[object] = await peer.answer(ref)
    return answer


def code(answer: list[object]) -> object:
    assert answer[0] == "$error"
    assert isinstance(answer[2], dict)
    return answer[2]["code"]


async def test_what_is_sent_for_the_first_time_runs_whatever_was_lost(rooms: Rooms, outcomes: Forgetful) -> None:
    peer = await joined(rooms, outcomes, ref=6)
    assert (await added(peer, 7))[0] == "$reply"
    assert rooms.effects == ["hi"]
    assert not outcomes.asked


async def test_what_is_sent_again_to_a_store_that_has_forgotten_is_unknown(rooms: Rooms, outcomes: Forgetful) -> None:
    """Its ref is below that of the join: it was made on an older connection."""
    peer = await joined(rooms, outcomes, ref=8)
    assert code(await added(peer, 7)) == "outcome_unknown"
    outcomes.sure = True
    assert code(await added(peer, 7)) == "outcome_unknown"
    assert rooms.effects == []


async def test_what_is_sent_again_to_one_that_is_sure_runs(rooms: Rooms, outcomes: Forgetful) -> None:
    outcomes.sure = True
    peer = await joined(rooms, outcomes, ref=8)
    assert (await added(peer, 7))[0] == "$reply"
    assert rooms.effects == ["hi"]
    assert outcomes.asked == 1


async def test_what_is_begun_when_its_connection_is_over_may_run_elsewhere(rooms: Rooms, outcomes: Forgetful) -> None:
    """A node that stood still finds a request in its socket whose client has long gone to another one."""
    peer = await joined(rooms, outcomes, ref=6)
    claim, claiming, go = outcomes.claim, asyncio.Event(), asyncio.Event()
    settled = asyncio.Event()

    async def late(*arguments: object) -> Claim:
        claiming.set()
        await go.wait()
        return await claim(*arguments)  # type: ignore[arg-type]

    def settle(*_arguments: object) -> "asyncio.Future[None]":
        settled.set()
        return asyncio.get_running_loop().create_future()

    outcomes.claim, outcomes.settle = late, settle  # type: ignore[method-assign, assignment]
    peer.tell("room.add", 7, ROOM, {"text": "hi"})
    await claiming.wait()
    peer.gone()
    go.set()
    await settled.wait()
    assert rooms.effects == []


@pytest.mark.parametrize(("stood", "effects"), [(59.0, ["hi"]), (61.0, [])])
async def test_what_lay_in_a_process_that_stood_still_for_its_window_may_have_run_elsewhere(
    stood: float, effects: list[str], rooms: Rooms, outcomes: Forgetful
) -> None:
    """The store remembers it no longer, and the client's end need not have come through."""
    peer = await joined(rooms, outcomes, ref=6)
    wheel = peer.app.wheel
    now = peer.app.clock()
    wheel.stood = now - stood, now
    answer = await added(peer, 7)
    assert rooms.effects == effects
    assert effects or code(answer) == "outcome_unknown"
    wheel.stood = now - stood, now - 2.0  # what is read by now has come since
    assert (await added(peer, 8))[0] == "$reply"


async def test_what_is_sent_again_while_the_store_is_away_is_unknown(rooms: Rooms, outcomes: Forgetful) -> None:
    outcomes.away = True
    peer = await joined(rooms, outcomes, ref=8)
    assert code(await added(peer, 7)) == "outcome_unknown"
    assert code(await added(peer, 9)) == "unavailable"


async def test_what_may_have_been_kept_is_unknown_and_not_done_again(
    rooms: Rooms, outcomes: Forgetful, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes.sure = True
    peer = await joined(rooms, outcomes, ref=6)

    async def add(_self: Rooms, _ctx: object, payload: object) -> object:
        rooms.effects.append("tried")
        raise MaybeKept("no answer")

    monkeypatch.setattr(Rooms, "add", add)
    for _ in range(2):
        assert code(await added(peer, 7)) == "outcome_unknown"
    assert rooms.effects == ["tried"]
