"""Two workers are one server: what is said at one of them is heard at the other, once and in order."""

import asyncio
import contextlib
import os
import signal
from functools import partial
from typing import Any

import pytest
from workers.crew import Crew, Person

pytestmark = [pytest.mark.timeout(60), pytest.mark.asyncio(loop_scope="module")]

MANY = 200


async def pair(people: Crew, second: str = "bob") -> tuple[Person, Person]:
    """Ada and somebody at the other worker."""
    ada = await people.person("ada")
    return ada, await people.elsewhere(ada, second)


def has_come(who: str, frame: Any) -> bool:
    return frame[0] == "$presence" and any(each == who for each, _ in frame[3].get("join", []))


async def test_what_is_said_at_one_is_heard_at_the_other(people: Crew) -> None:
    ada, bob = await pair(people)
    eve = await people.elsewhere(bob, "eve")

    await ada.act("hint", "to all")
    for each in ada, bob, eve:
        await each.heard("room.hint", "to all")
    await bob.wave("hello")
    wave = await ada.heard("room.wave", "hello")
    assert wave[4]["by"] == bob.session.partition(".")[0]
    await eve.heard("room.wave", "hello")
    await ada.act("to", "bob")
    await bob.heard("room.hint", "for you")

    await ada.act("hint", "last")
    for each in ada, bob, eve:
        await each.heard("room.hint", "last")
    assert bob.texts("room.wave") == []
    assert "for you" not in [*ada.texts("room.hint"), *eve.texts("room.hint")]
    assert bob.texts("room.hint") == ["to all", "for you", "last"]


async def test_recorded_events_of_both_have_one_order_for_all(people: Crew) -> None:
    ada, bob = await pair(people)
    said = await asyncio.gather(
        *(ada.act("add", f"a{number}") for number in range(MANY)),
        *(bob.act("add", f"b{number}") for number in range(MANY)),
    )
    assert sorted(reply["number"] for reply in said) == list(range(1, 2 * MANY + 1))
    for each in ada, bob:
        await each.until(lambda frame: frame[0] == "room.added" and frame[1] == 2 * MANY)
        offsets = [frame[1] for frame in each.frames if frame[0] == "room.added"]
        assert offsets == list(range(1, 2 * MANY + 1))
    assert ada.texts("room.added") == bob.texts("room.added")
    assert [text for text in ada.texts("room.added") if text[0] == "b"] == [f"b{number}" for number in range(MANY)]


async def test_what_passes_by_stays_in_its_place_among_what_is_recorded(people: Crew) -> None:
    ada, bob = await pair(people)
    for number in range(20):
        await ada.act("add", f"{number}")
        await ada.act("hint", f"{number}")
    await bob.heard("room.hint", "19")
    heard = [(frame[0], frame[3]["text"]) for frame in bob.frames if frame[0] in {"room.added", "room.hint"}]
    assert heard == [(tag, f"{number}") for number in range(20) for tag in ("room.added", "room.hint")]


async def test_everybody_is_counted_and_seen(people: Crew) -> None:
    ada, bob = await pair(people)
    await ada.show("here")
    await bob.show("there")
    for each in ada, bob:
        for who in "ada", "bob":
            await each.until(partial(has_come, who))
        listed = await each.people()
        assert listed["members"] == [["ada", {"text": "here"}], ["bob", {"text": "there"}]]
        assert (await each.act("count"))["number"] == 2
    twin = await people.elsewhere(bob, "bob")
    await twin.show("twice")
    await ada.until(lambda frame: frame[0] == "$presence" and "update" in frame[3])
    assert (await ada.people())["members"][1] == ["bob", {"text": "twice"}]
    await twin.socket.close()
    await ada.until(lambda frame: frame[0] == "$presence" and frame[3].get("update") == [["bob", {"text": "there"}]])
    await bob.socket.close()
    await ada.until(lambda frame: frame[0] == "$presence" and frame[3].get("leave") == ["bob"])
    assert (await ada.act("count"))["number"] == 1


async def test_the_newest_value_is_given_with_a_join_at_either(people: Crew) -> None:
    ada, bob = await pair(people)
    await ada.act("topic", "first")
    await bob.act("topic", "second")
    for other in ada, bob:
        late = await people.elsewhere(other)
        joined = await late.heard("$joined")
        assert joined[3]["state"] == [["room.topic", {"text": "second"}]]
    assert bob.texts("room.topic") == ["first", "second"]


@pytest.mark.parametrize(("trick", "verdict"), [("disconnect", 4410), ("revoke", 4202)])
async def test_who_must_go_goes_from_both(trick: str, verdict: int, people: Crew) -> None:
    ada, bob = await pair(people, trick)
    twin = await people.elsewhere(bob, trick)
    await ada.act(trick, trick)
    assert await bob.gone() == await twin.gone() == verdict
    assert ada.closed == 0
    if trick == "revoke":
        for _ in range(4):  # whichever worker is met
            with contextlib.suppress(TimeoutError):
                again = await asyncio.wait_for(people.person(trick), 0.3)
                pytest.fail(f"{again.process} let him in")


async def test_a_kick_and_a_resync_reach_both(people: Crew) -> None:
    ada, bob = await pair(people)
    await ada.act("kick", "bob")
    assert (await bob.heard("$left"))[3]["code"] == "kicked"
    eve = await people.elsewhere(ada, "eve")
    await ada.act("resync")
    for each in ada, eve:
        assert (await each.heard("$resync"))[2]["reason"] == "told to"


async def test_a_client_that_comes_to_another_worker_is_the_same(people: Crew) -> None:
    first = await people.person("ada", client="phone")
    second = await people.elsewhere(first, "ada", client="phone", session=first.session)
    assert await first.gone() == 4010
    assert second.session.partition(".")[0] == first.session.partition(".")[0]


async def test_a_request_takes_effect_once_whichever_worker_gets_it(people: Crew) -> None:
    ada = await people.person("ada", client="phone")
    done = await ada.act("add", "once", ref=100)
    again = await people.elsewhere(ada, "ada", client="phone")
    assert await again.act("add", "once", ref=100) == done
    ref = 200
    await again.ask("slow", "running", ref)
    await again.heard("room.added", "running")
    third = await people.elsewhere(again, "ada", client="phone")
    assert (await third.act("slow", "running", ref=ref))["process"] == again.process
    assert (await third.act("add", "end"))["number"] == 3


async def test_requests_of_a_dead_worker_are_unknown_and_its_members_gone(people: Crew) -> None:
    ada, bob = await pair(people)
    ref = bob.ref()
    await bob.ask("slow", "half done", ref)
    await ada.heard("room.added", "half done")
    os.kill(bob.process, signal.SIGKILL)
    await bob.gone()
    again = await people.person("bob", client=bob.client)
    refused = await again.act("slow", "half done", ref=ref)
    assert refused["code"] == "outcome_unknown"
    await again.show("again")
    await ada.until(partial(has_come, "bob"))
    await again.socket.close()
    await ada.until(lambda frame: frame[0] == "$presence" and frame[3].get("leave") == ["bob"])
    assert (await ada.act("count"))["number"] == 1
