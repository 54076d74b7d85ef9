"""The twenty traps of realtime runtimes, each with the tests that hold it, or the issue to which it belongs."""

import asyncio
from pathlib import Path

import pytest
from delivery.hall import GRACE, HallApp, HallClient, HallHandler, Item
from delivery.history import Op
from delivery.recording import Log, called, recorded
from rtgen_runtime import RealtimeError
from rtgen_runtime.client.effects import Status
from rtgen_runtime.testing import World

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = "runtime_python"

TRAPS: dict[int, tuple[str, list[tuple[str, str]]]] = {
    1: (
        "recovery for a client that has received nothing",
        [(f"{RUNTIME}/stores/test_recovery.py", "test_trap_1_a_client_that_has_received_nothing_recovers")],
    ),
    2: (
        "a reconnect quicker than the server notices",
        [(f"{RUNTIME}/test_traps.py", "test_trap_2_a_reconnect_quicker_than_the_server_notices")],
    ),
    3: (
        "the position adopted after an empty recovery",
        [(f"{RUNTIME}/stores/test_recovery.py", "test_trap_3_an_empty_recovery_gives_a_position_to_adopt")],
    ),
    4: (
        "history trimmed exactly at the client's offset",
        [
            (
                f"{RUNTIME}/stores/test_recovery.py",
                "test_trap_4_trimmed_exactly_at_the_clients_offset_is_recovered_without_events",
            )
        ],
    ),
    5: (
        "the epoch is gone, the events are not",
        [(f"{RUNTIME}/test_hub.py", "test_trap_5_an_epoch_that_changes_under_members_is_told")],
    ),
    6: (
        "published between subscribing and reading",
        [(f"{RUNTIME}/test_hub.py", "test_trap_6_published_between_subscribing_and_reading")],
    ),
    7: ("two joins of one address in flight", [(f"{RUNTIME}/test_overlaps.py", "test_a_second_join_replaces_it")]),
    8: ("leave while joining", [(f"{RUNTIME}/test_overlaps.py", "test_a_leave_answers_both")]),
    9: (
        "a token of another user on the same socket",
        [(f"{RUNTIME}/test_overlaps.py", "test_another_subject_or_an_older_token_is_refused")],
    ),
    10: (
        "sending in the ready handler, before what waits",
        [("delivery/test_traps.py", "test_trap_10_what_is_sent_when_ready_does_not_overtake_what_waits")],
    ),
    11: (
        "strict mode, and a slow token",
        [
            ("web/runtime/channel.test.ts", "survives mounting twice, as strict mode does it"),
            ("web/runtime/hostile.test.ts", "is asked once, however many want a token"),
            ("web/react/hooks.test.tsx", "joins once in strict mode"),
        ],
    ),
    12: (
        "a listener that throws",
        [
            ("web/runtime/messages.test.ts", "does not hurt when its listener throws"),
            ("web/runtime/connection.test.ts", "lets a throwing listener stop nobody"),
        ],
    ),
    13: (
        "a broadcast while members join and leave",
        [(f"{RUNTIME}/test_traps.py", "test_trap_13_a_broadcast_while_members_join_and_leave")],
    ),
    14: (
        "a frame just over the limit, at each end",
        [
            (f"{RUNTIME}/test_traps.py", "test_trap_14_a_frame_just_over_the_limit_from_a_client"),
            (f"{RUNTIME}/test_traps.py", "test_trap_14_a_frame_just_over_the_limit_from_the_server"),
        ],
    ),
    15: (
        "hostile text: UTF-8, depth, duplicate keys, huge integers, __proto__",
        [
            (f"{RUNTIME}/attacks/test_frames.py", "test_d2_of_duplicate_keys_the_last_wins_as_in_both_parsers"),
            (f"{RUNTIME}/attacks/test_frames.py", "test_d2_numbers_that_no_double_holds"),
            (f"{RUNTIME}/attacks/test_frames.py", "test_d2_a_surrogate_that_is_a_text_frame_is_malformed"),
        ],
    ),
    16: (
        "a clock that is set back",
        [
            (f"{RUNTIME}/life/test_storms.py", "test_trap_16_a_clock_set_back_disturbs_neither_deadlines_nor_order"),
            ("delivery/test_traps.py", "test_trap_16_a_clock_set_back_loses_nothing"),
            ("delivery/test_interleavings.py", "set_the_clock"),
        ],
    ),
    17: (
        "thousands told to drain at once",
        [(f"{RUNTIME}/life/test_storms.py", "test_trap_17_clients_told_to_move_come_spread_over_the_window")],
    ),
    20: (
        "an old client meets a new enum value",
        [("web/runtime/messages.test.ts", "never reaches a listener, is reported, and moves the position")],
    ),
}
LATER = {18: ("a subscriber's buffer at Redis overflows", 8), 19: ("a worker dies with half a room's presence", 8)}
"""Those of several nodes, by the issue that brings them."""


def test_every_trap_is_named() -> None:
    assert {*TRAPS, *LATER} == set(range(1, 21))
    assert not {*TRAPS} & {*LATER}


@pytest.mark.parametrize("number", TRAPS)
def test_its_tests_are_there(number: int) -> None:
    _, tests = TRAPS[number]
    for path, name in tests:
        assert name in (ROOT / path).read_text(encoding="utf-8"), f"trap {number}: {path} has no {name}"


async def test_trap_10_what_is_sent_when_ready_does_not_overtake_what_waits() -> None:
    """A request that waits for its answer goes out again first; what a listener of the status sends comes behind it."""
    log = Log()
    handler = HallHandler(log)
    async with World(HallApp(handler), recorded(HallClient, log)) as world:
        alice = await world.client("alice")
        hall = await alice.hall()
        handler.takes = 1.0
        first = asyncio.ensure_future(hall.add(Item(text="first")))
        sent: list[asyncio.Task[Item]] = []

        async def when_ready() -> None:
            async for status in alice.statuses:
                if status is Status.READY:
                    sent.append(asyncio.create_task(hall.add(Item(text=f"when ready {len(sent)}"))))

        listening = asyncio.create_task(when_ready())
        await world.settle()
        world.drop(alice)
        await world.advance(20)
        listening.cancel()
        assert (await first).text == "first"
        refs = [(each.ref, each.key) for each in log.records if each.op is Op.SEND]
        assert [ref for ref, _ in refs] == sorted(ref for ref, _ in refs)
        for done in await asyncio.gather(*sent, return_exceptions=True):
            assert isinstance(done, Item | RealtimeError)
        assert len(sent) == 2
    report = log.check(grace=GRACE)
    assert not report.violations, str(report)


async def test_trap_16_a_clock_set_back_loses_nothing() -> None:
    """Recorded events are kept by the wall clock: set back, they stay, and who comes back gets them in order."""
    log = Log()
    async with World(HallApp(HallHandler(log)), recorded(HallClient, log)) as world:
        alice = await world.client("alice")
        called(alice, "alice")
        hall = await alice.hall()
        heard = world.hear(hall.added)
        here = world.app.hall()
        await log.published(here.address, b'{"text":"1","of":""}', lambda: here.added(Item(text="1")), here.position)
        world.offline(alice)
        world.time.set_wall(-7200)
        await log.published(here.address, b'{"text":"2","of":""}', lambda: here.added(Item(text="2")), here.position)
        world.online(alice)
        await world.advance(30)
        log.write(Op.CALM)
        assert [each.text for each in heard.payloads] == ["1", "2"]
    report = log.check(grace=GRACE)
    assert not report.violations, str(report)
