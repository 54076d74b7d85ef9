"""Join storms: newcomers and joins come in at a rate, and who is too early is told when (issue 8, row E9)."""

import argparse
import heapq
from collections.abc import Callable
from itertools import cycle, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from member_server import Server, settled
from rtgen_runtime import Settings, admissions, codes
from rtgen_runtime.observing.exposition import metrics_text
from rtgen_runtime.serving_options import add_serving_options, limit_newcomers
from rtgen_runtime.turns import Turns
from small_server import Peer

A = "rooms/a"


def test_a_seconds_worth_at_once_and_then_the_rate() -> None:
    turns = Turns(100.0)
    assert [turns.draw(5.0) for _ in range(100)] == [0.0] * 100
    assert turns.draw(5.0) == pytest.approx(0.01)
    assert [turns.draw(5.02), turns.draw(5.02)] == [0.0, 0.0]
    assert turns.draw(5.02) > 0


def test_without_a_rate_there_is_no_line() -> None:
    turns = Turns(None)
    assert [turns.draw(0.0) for _ in range(10_000)] == [0.0] * 10_000
    assert turns.wait(0.0) == 0.0


def test_who_is_early_is_told_another_moment_than_everybody_else() -> None:
    turns = Turns(50.0)
    for _ in range(50):
        turns.draw(0.0)
    told = [turns.draw(0.0) for _ in range(200)]
    assert all(later - sooner == pytest.approx(0.02) for sooner, later in pairwise(told))
    assert turns.wait(0.0) == told[-1] == pytest.approx(4.0)
    assert turns.wait(10.0) == 0.0


def test_a_rate_below_one_lets_one_in_now_and_then() -> None:
    turns = Turns(0.1)
    assert turns.draw(0.0) == 0.0
    assert turns.draw(0.0) == pytest.approx(10.0)
    assert turns.draw(10.0) == 0.0


@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=80), st.floats(0.5, 20))
def test_never_more_come_in_than_the_rate_allows(gaps: list[float], rate: float) -> None:
    turns, now, passed = Turns(rate), 0.0, 0
    for gap in gaps:
        now += gap
        wait = turns.draw(now)
        assert wait >= 0
        assert turns.wait(now) >= wait
        passed += wait == 0.0
    assert passed <= max(1.0, rate) + rate * now + 1e-6


def come_back(turns: Turns, arrivals: list[float], late: Callable[[], float]) -> tuple[list[float], int]:
    """When each of a crowd is let in that does as it is told (and a little later), and how often one was sent away."""
    waiting = [(moment, 0) for moment in arrivals]
    heapq.heapify(waiting)
    came, most = [], 0
    while waiting:
        now, tries = heapq.heappop(waiting)
        wait = turns.draw(now)
        if wait:
            heapq.heappush(waiting, (now + wait + late() * 0.1, tries + 1))
            most = max(most, tries + 1)
        else:
            came.append(now)
    return came, most


def test_a_crowd_that_was_sent_away_comes_back_evenly_and_once() -> None:
    came, most = come_back(Turns(1000.0), [0.0] * 10_000, cycle([0.0, 0.7, 0.2, 1.0, 0.4]).__next__)
    assert most == 1
    assert 8.9 < max(came) < 9.2
    for second in range(1, 8):
        assert sum(1 for each in came if second <= each < second + 1) == pytest.approx(1000, rel=0.05)


def test_others_who_come_meanwhile_make_it_longer_and_nobody_is_forgotten() -> None:
    arrivals = [0.0] * 3000 + [number * 0.004 for number in range(1000)]
    came, most = come_back(Turns(1000.0), arrivals, cycle([0.1, 0.9, 0.5]).__next__)
    assert len(came) == 4000
    assert max(came) < 4.5
    assert most <= 6


async def told(peer: Peer) -> Any:
    """Why a newcomer is refused."""
    kind, ref, info = await peer.next()
    assert (kind, ref, await peer.ended()) == ("$error", 0, codes.OVERLOADED.code)
    assert (info["code"], info["retryable"]) == ("overloaded", True)
    return info


async def test_newcomers_are_told_when_to_come_before_they_have_said_who_they_are() -> None:
    server = Server(settings=Settings(accept_rate=2.0))
    peers = [Peer(server.app) for _ in range(4)]
    assert [peer.closed.done() for peer in peers] == [False, False, True, True]
    assert [(await told(peer))["retryAfter"] for peer in peers[2:]] == [0.5, 1.0]
    text = metrics_text(server.app)
    for line in ('newcomers_total{outcome="admitted"} 2', 'newcomers_total{outcome="early"} 2'):
        assert f"rtgen_{line}\n" in text
    assert 'rtgen_wait_seconds{turn="accept"} 1.0\n' in text
    server.now += 0.5
    assert not Peer(server.app).closed.done()
    for peer in peers[:2]:
        await peer.greet()
        assert not peer.closed.done()


async def test_whom_there_is_no_room_for_nobody_can_tell_when() -> None:
    server = Server(settings=Settings(most_connections=0))
    assert "retryAfter" not in await told(Peer(server.app))
    assert 'rtgen_newcomers_total{outcome="full"} 1\n' in metrics_text(server.app)


async def test_joins_that_must_read_wait_for_their_turn_or_are_told_when_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admissions, "_IN_LINE", 0.0975)
    server = Server(settings=Settings(join_rate=200.0))
    for _ in range(198):
        assert server.app.life.reads.draw(server.now) == 0.0
    peers = [Peer(server.app) for _ in range(24)]
    for number, peer in enumerate(peers):
        await peer.greet(client=f"c{number}")
        peer.tell("$join", 1, A, {})
    peers[5].drop()
    waited = [await peer.next() for peer in (*peers[:5], *peers[6:21])]
    assert {frame[0] for frame in waited} == {"$joined"}
    refused = [(await peer.next())[2] for peer in peers[21:]]
    assert [(info["code"], info["retryable"]) for info in refused] == [("overloaded", True)] * 3
    assert [info["retryAfter"] for info in refused] == pytest.approx([0.1, 0.105, 0.11], abs=0.0011)
    await settled()
    text = metrics_text(server.app)
    for outcome, count in (("ok", 20), ("overloaded", 3), ("ended", 1)):
        assert f'rtgen_joins_total{{channel="room",outcome="{outcome}"}} {count}\n' in text
    assert 'rtgen_wait_seconds{turn="join"} 0.11\n' in text
    await server.app.stop()


def test_the_option_says_it_for_each_process() -> None:
    def rate(*given_: str) -> float | None:
        parser = argparse.ArgumentParser()
        add_serving_options(parser)
        app = Server().app
        limit_newcomers(app, parser.parse_args(given_))
        return app.life.doors.turns.rate

    assert [rate(), rate("--accept-rate", "50"), rate("--accept-rate", "0")] == [1000.0, 50.0, None]
    with pytest.raises(SystemExit):
        rate("--accept-rate", "-1")
