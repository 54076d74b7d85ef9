"""Presence: people instead of connections, departures held back, and views that agree with who is there."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from rtgen_runtime.client.decoding import decode
from rtgen_runtime.client.roster import Roster
from rtgen_runtime.presence.crowd import LARGE_DELAY, RETRY, SMALL, Crowd
from rtgen_runtime.presence.frames import Presence, ask_frame, count_frame, delta_frame, listed
from rtgen_runtime.presence.interface import Change, Delta
from rtgen_runtime.presence.memory import MemoryPresence

GRACE = 10.0


def stepped(coroutine: Any) -> Any:
    """What a coroutine gives that never waits."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits")


def told(crowd: Crowd, now: float) -> list[Change]:
    """The changes that are due, taken over."""
    changes = crowd.changes(now)
    crowd.told(changes)
    return changes


def test_three_tabs_are_one_person_who_shows_what_the_newest_shows() -> None:
    crowd = Crowd(GRACE)
    for tab in ("1", "2", "3"):
        crowd.show(tab, "ann", tab.encode(), 0.0)
    assert told(crowd, 0.0) == [Change("ann", b"3")]
    crowd.left("3", 1.0)
    assert told(crowd, 1.0) == [Change("ann", b"2")]
    crowd.left("1", 2.0)
    assert told(crowd, 2.0) == []
    crowd.left("2", 3.0)
    assert told(crowd, 3.0) == [Change("ann", None)]
    assert crowd.is_empty


def test_a_reconnect_within_the_grace_is_invisible() -> None:
    crowd = Crowd(GRACE)
    crowd.show("1", "ann", b"1", 0.0)
    told(crowd, 0.0)
    crowd.lost("1", 5.0)
    assert crowd.due() == 5.0 + GRACE
    crowd.show("2", "ann", b"1", 14.9)
    assert told(crowd, 60.0) == []


def test_who_does_not_come_back_is_gone_after_the_grace() -> None:
    crowd = Crowd(GRACE)
    crowd.show("1", "ann", b"1", 0.0)
    told(crowd, 0.0)
    crowd.lost("1", 5.0)
    assert told(crowd, 14.9) == []
    assert told(crowd, 15.0) == [Change("ann", None)]
    assert (crowd.is_empty, crowd.due()) == (True, float("inf"))


def test_who_is_told_again_is_here_and_not_somebody_who_might_have_come_back() -> None:
    crowd = Crowd(GRACE)
    for name in ("ann", "bob"):
        crowd.show(name, name, b"1", 0.0)
    crowd.show("tab", "ann", b"2", 0.0)
    assert told(crowd, 0.0) == [Change("ann", b"2"), Change("bob", b"1")]
    crowd.lost("tab", 1.0)
    crowd.lost("bob", 1.0)
    crowd.untold(2.0)
    assert told(crowd, 2.0) == [Change("ann", b"1"), Change("bob", None)]
    assert told(crowd, 60.0) == []
    assert crowd.size == 1


def test_who_came_and_went_between_two_flushes_was_never_there() -> None:
    crowd = Crowd(GRACE)
    crowd.show("1", "ann", b"1", 0.0)
    crowd.left("1", 0.1)
    assert told(crowd, 1.0) == []
    assert crowd.is_empty


def test_a_large_crowd_gathers_changes() -> None:
    crowd = Crowd(GRACE)
    for number in range(SMALL + 1):
        crowd.show(number, f"p{number}", b"1", 0.0)
    told(crowd, 0.0)
    crowd.show(0, "p0", b"2", 1.0)
    assert crowd.due() == 1.0 + LARGE_DELAY


def test_what_a_store_did_not_take_is_offered_again_while_it_is_so() -> None:
    crowd = Crowd(GRACE)
    crowd.show("1", "ann", b"1", 0.0)
    changes = crowd.changes(0.0)
    crowd.left("1", 0.5)
    crowd.not_told(changes, 1.0, maybe=False)
    crowd.show("2", "bob", b"1", 1.0)
    assert told(crowd, 1.0 + RETRY) == [Change("bob", b"1")]
    assert crowd.size == 1


def test_what_a_store_did_not_answer_it_may_have_taken() -> None:
    """So whoever went meanwhile is told to be gone, and whoever came back to be there, whatever it knew before."""
    crowd = Crowd(GRACE)
    crowd.show("1", "ann", b"1", 0.0)
    crowd.not_told(crowd.changes(0.0), 0.5, maybe=True)
    crowd.left("1", 1.0)
    assert not crowd.is_empty
    crowd.show("2", "bob", b"1", 1.0)
    assert told(crowd, 1.0 + RETRY) == [Change("ann", None), Change("bob", b"1")]
    assert crowd.size == 1
    crowd.left("2", 5.0)
    crowd.not_told(crowd.changes(5.0), 5.5, maybe=True)
    crowd.show("3", "bob", b"1", 6.0)
    assert told(crowd, 6.0 + RETRY) == [Change("bob", b"1")]
    assert told(crowd, 60.0) == []


def test_who_comes_back_while_all_is_said_again_is_said_to_be_here() -> None:
    """Though they show what they showed before: the store may have lost it meanwhile."""
    crowd = Crowd(GRACE)
    crowd.show("1", "ann", b"1", 0.0)
    told(crowd, 0.0)
    crowd.lost("1", 1.0)
    crowd.untold(2.0)
    crowd.show("2", "ann", b"1", 2.0)
    assert told(crowd, 2.0) == [Change("ann", b"1")]
    assert told(crowd, 60.0) == []


def test_who_goes_before_it_was_said_again_is_told_to_be_gone() -> None:
    """The store may have lost who is there, or not; and may be away just then."""
    crowd = Crowd(GRACE)
    crowd.show("1", "ann", b"1", 0.0)
    told(crowd, 0.0)
    crowd.untold(1.0)
    crowd.not_told(crowd.changes(1.0), 2.0, maybe=False)
    crowd.left("1", 3.0)
    assert told(crowd, 2.0 + RETRY) == [Change("ann", None)]
    assert crowd.is_empty


def test_pages_are_cut_by_number_and_size_and_the_last_says_so() -> None:
    store = MemoryPresence(lambda: "e")
    stepped(store.apply("a", [Change(f"p{n}", b'"123456789"') for n in range(5)]))
    first = stepped(store.page("a", "", 2, 1000))
    assert ([each.who for each in first.people], first.following, first.count) == (["p0", "p1"], "p1", 5)
    second = stepped(store.page("a", "p1", 10, 50))
    assert ([each.who for each in second.people], second.following) == (["p2", "p3"], "p3")
    last = stepped(store.page("a", "p3", 10, 1))
    assert ([each.who for each in last.people], last.following) == (["p4"], "")
    assert stepped(store.page("a", "p4", 10, 1)).people == ()
    assert stepped(store.page("nowhere", "", 10, 1)).count == 0


def test_an_address_that_all_have_left_costs_nothing_and_begins_anew() -> None:
    heard: list[Delta] = []
    epochs = iter(["e1", "e2"])
    store = MemoryPresence(lambda: next(epochs))
    store.listen(lambda _address, delta: heard.append(delta))
    for state in (b"1", None, b"2"):
        stepped(store.apply("a", [Change("ann", state)]))
        assert store.addresses == (state is not None)
    assert [each.version for each in heard] == [("e1", 1), ("e1", 2), ("e2", 1)]


KEYS = ["ann1", "ann2", "bob1", "cyd1"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["show", "show", "lost", "left", "flush", "late", "look"]),
        st.sampled_from(KEYS),
        st.integers(0, 3),
    ),
    max_size=60,
)


@given(STEPS)
def test_every_view_converges_to_who_is_there_whatever_happens(steps: list[tuple[str, str, int]]) -> None:
    """Members come, change, go, and come back within the grace or after it; views begin at any moment."""
    crowd, epochs, now = Crowd(GRACE), iter(range(1000)), 0.0
    store = MemoryPresence(lambda: f"e{next(epochs)}")
    views: list[Roster] = []

    def hear(address: str, delta: Delta) -> None:
        frame = decode(delta_frame(address, delta))
        assert isinstance(frame, Presence)
        for view in views:
            assert view.hear(frame).ask is None

    store.listen(hear)
    alive: dict[str, bytes] = {}
    for step, key, number in steps:
        now += 1.0
        match step:
            case "show":
                alive.pop(key, None)
                alive[key] = f"{number}".encode()
                crowd.show(key, key[:3], alive[key], now)
            case "lost" | "left":
                if alive.pop(key, None) is not None:
                    (crowd.lost if step == "lost" else crowd.left)(key, now)
            case "look":
                listing = listed(stepped(store.page("a", "", 100, 10_000)))
                views.append(Roster())
                views[-1].begin(listing)
            case _:
                now += GRACE * (step == "late")
                changes = crowd.changes(now)
                stepped(store.apply("a", changes))
                crowd.told(changes)
    for later in (GRACE, 2 * GRACE):
        changes = crowd.changes(now + later + LARGE_DELAY)
        stepped(store.apply("a", changes))
        crowd.told(changes)
    there = {key[:3]: int(state) for key, state in alive.items()}
    assert {each.who: int(each.state) for each in stepped(store.page("a", "", 100, 10_000)).people} == there
    for view in views:
        assert {who: int(state) for who, state in view.people.items()} == there
        assert (view.count, view.is_listed) == (len(there), True)
    assert alive or (crowd.is_empty and store.addresses == 0)


def told_to(view: Roster, frame: bytes) -> str | None:
    heard = decode(frame)
    assert isinstance(heard, Presence)
    return view.hear(heard).ask


def test_a_missing_version_and_the_server_s_word_make_a_view_ask_and_counts_empty_it() -> None:
    store, heard = MemoryPresence(lambda: "e"), list[Delta]()
    store.listen(lambda _address, delta: heard.append(delta))
    view = Roster()
    view.begin(listed(stepped(store.page("a", "", 9, 999))))
    for number in range(4):
        stepped(store.apply("a", [Change(f"p{number}", b"1")]))
    assert told_to(view, delta_frame("a", heard[0])) is None
    assert told_to(view, delta_frame("a", heard[2])) == ""
    first = stepped(store.page("a", "", 2, 999))
    outcome = view.page(listed(first))
    assert (outcome.ask, view.people) == ("p1", {"p0": b"1"})
    assert told_to(view, delta_frame("a", heard[3])) is None
    view.page(listed(stepped(store.page("a", "p1", 9, 999))))
    assert sorted(view.people) == ["p0", "p1", "p2", "p3"]
    stepped(store.apply("a", [Change("p9", b"1")]))
    assert told_to(view, count_frame("a", heard[4])) is None
    assert (view.people, view.count, view.is_listed) == ({}, 5, False)
    stepped(store.apply("a", [Change("p9", None)]))
    assert told_to(view, ask_frame("a", heard[5])) == ""
