"""How flags are set: one answer for all processes, whatever they hear first."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rtgen_runtime import UsageError
from rtgen_runtime.broker.words import Switched
from rtgen_runtime.flags.declaring import Flag, Variant
from rtgen_runtime.flags.switchboard import Switchboard

FLAGS = (
    Flag("editor", "The editor.", percent=10),
    Flag("layout", percent=50, variants=(Variant("wide"), Variant("narrow")), default="wide"),
)


def board(name: str = "a", at: float = 100.0) -> Switchboard:
    return Switchboard(FLAGS, lambda: at, name)


def test_what_is_not_given_stays_as_it_is() -> None:
    made = board()
    made.set("layout", percent=20)
    made.set("layout", variants={"narrow": 2})
    made.set("layout", killed=True)
    setting = made.settings["layout"]
    assert (setting.percent, [each.weight for each in setting.variants], setting.killed) == (20, [0, 2], True)
    assert str(setting) == "off"
    made.set("layout", killed=False)
    assert str(made.settings["layout"]) == "20 % (wide 0, narrow 2)"
    assert made.is_set("layout")
    made.reset("layout")
    assert made.settings["layout"] == board().settings["layout"]
    assert not made.is_set("layout")


def test_of_a_killed_flag_everybody_has_the_default() -> None:
    made = board()
    made.set("layout", percent=100, variants={"narrow": 1})
    assert made.settings["layout"].value("chat", "ada") == "narrow"
    made.set("layout", killed=True)
    assert made.settings["layout"].value("chat", "ada") == "wide"


def test_options_at_the_start_hold_until_somebody_says_otherwise_and_again_after_that() -> None:
    made = board()
    made.begin("editor", percent=70)
    made.begin("layout", killed=True)
    assert (made.settings["editor"].percent, made.settings["layout"].killed) == (70, True)
    made.set("editor", percent=5)
    made.set("layout", killed=False)
    assert (made.settings["editor"].percent, made.settings["layout"].killed) == (5, False)
    made.begin("editor", percent=80)
    assert made.settings["editor"].percent == 5
    made.reset("editor")
    made.reset("layout")
    assert (made.settings["editor"].percent, made.settings["layout"].killed) == (80, True)


@pytest.mark.parametrize(
    ("flag", "given", "words"),
    [
        ("editr", {"percent": 5.0}, "there is no flag 'editr'; the contract has editor, layout"),
        ("editor", {"percent": 101.0}, "101.0 is no percentage"),
        ("editor", {"percent": float("nan")}, "no percentage"),
        ("editor", {"variants": {"a": 1.0}}, "has no variants, not 'a'"),
        ("layout", {"variants": {"tall": 1.0}}, "has wide, narrow, not 'tall'"),
        ("layout", {"variants": {"wide": 0.0}}, "one at least is more"),
        ("layout", {"variants": {"wide": -1.0, "narrow": 2.0}}, "numbers from 0 on"),
        ("layout", {"variants": {"wide": float("inf")}}, "numbers from 0 on"),
    ],
)
def test_what_can_not_be_is_refused_and_changes_nothing(flag: str, given: dict[str, float], words: str) -> None:
    made, told = board(), list[Switched]()
    made.tell = told.append
    with pytest.raises(UsageError, match=words):
        made.set(flag, **given)  # type: ignore[arg-type]
    assert (made.settings, told) == (board().settings, [])


def test_the_others_are_told_and_only_of_what_is_new() -> None:
    here, there, changed = board("a"), board("b"), list[str]()
    here.tell = there.hear  # type: ignore[assignment]
    there.changed = changed.append
    here.set("editor", percent=30)
    here.set("editor", percent=30)
    assert there.settings["editor"].percent == 30
    assert changed == ["editor"]


words = st.builds(
    Switched,
    st.sampled_from(["editor", "layout", "unknown"]),
    st.sampled_from([1.0, 2.0, 3.0]),
    st.sampled_from("abc"),
    st.none() | st.sampled_from([0.0, 30.0, 100.0]),
    st.none() | st.just({"wide": 1.0, "narrow": 2.0}) | st.just({"tall": 1.0}),
    st.none() | st.booleans(),
)


@given(st.lists(words, max_size=4, unique_by=lambda each: (each.flag, each.at, each.by)))
def test_whatever_is_heard_first_all_agree_in_the_end(heard: list[Switched]) -> None:
    ends = []
    for order in itertools.permutations(heard):
        made = board()
        for word in order:
            made.hear(word)
        ends.append(dict(made.settings))
    assert all(each == ends[0] for each in ends)


def test_who_sets_it_last_wins_whatever_the_clocks_say() -> None:
    """A word follows the one that it answers, also where the other process's clock is ahead."""
    ahead, behind = board("a", at=1000.0), board("b", at=1.0)
    ahead.tell = behind.hear  # type: ignore[assignment]
    behind.tell = ahead.hear  # type: ignore[assignment]
    ahead.set("editor", percent=30)
    behind.set("editor", percent=40)
    assert ahead.settings["editor"].percent == behind.settings["editor"].percent == 40
