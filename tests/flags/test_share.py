"""Who has a flag: the same people everywhere, as many as it says, and nobody loses it when it goes up."""

import json
import math
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rtgen_runtime.flags.declaring import Flag, Variant
from rtgen_runtime.flags.share import chosen, places
from rtgen_runtime.flags.switchboard import Setting

MANY = 20_000
KEYS = [f"user-{number}" for number in range(MANY)]
SHARES = json.loads((Path(__file__).parents[1] / "conformance" / "flags.json").read_text(encoding="utf-8"))

percents = st.floats(0, 100)
keys = st.text(max_size=40)
weights = st.lists(st.floats(0.01, 1000), min_size=1, max_size=6)


def setting(percent: float, variants: tuple[Variant, ...] = ()) -> Setting:
    flag = Flag("newEditor", percent=percent, variants=variants)
    return Setting(flag, flag.percent, flag.variants)


def part(percent: float, key: str) -> bool:
    return bool(setting(percent).value("chat", key))


def within(count: int, share: float) -> bool:
    """Whether so many of all are what chance gives, by six standard deviations."""
    return abs(count - MANY * share) <= 6 * math.sqrt(MANY * share * (1 - share)) + 1


@given(keys, percents, percents)
def test_who_has_it_keeps_it_when_the_percentage_goes_up(key: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert part(high, key) or not part(low, key)


@given(keys)
def test_nobody_at_0_and_everybody_at_100(key: str) -> None:
    assert (part(0, key), part(100, key)) == (False, True)
    assert all(0 <= place < 1 for place in places("chat", "newEditor", key))


@given(keys, weights, percents, percents)
def test_who_has_a_variant_keeps_it_when_the_percentage_changes(
    key: str, weighed: list[float], one: float, other: float
) -> None:
    variants = tuple(Variant(f"v{number}", weight) for number, weight in enumerate(weighed))
    values = {setting(percent, variants).value("chat", key) for percent in (one, other)} - {False}
    assert len(values) <= 1


@given(weights, st.floats(0, 1, exclude_max=True))
def test_every_place_has_a_variant(weighed: list[float], place: float) -> None:
    variants = tuple(Variant(f"v{number}", weight) for number, weight in enumerate(weighed))
    assert chosen(variants, place) in {each.name for each in variants}


def test_as_many_have_it_as_it_says() -> None:
    for percent in (0.5, 5, 12.5, 25, 50, 90):
        assert within(sum(part(percent, key) for key in KEYS), percent / 100), percent


def test_variants_are_had_by_as_many_as_they_weigh() -> None:
    variants = (Variant("wide", 1), Variant("narrow", 3))
    values = [setting(50, variants).value("chat", key) for key in KEYS]
    assert within(values.count("wide"), 0.125)
    assert within(values.count("narrow"), 0.375)
    assert within(values.count(False), 0.5)


def test_two_flags_choose_independently() -> None:
    both = sum(places("chat", "one", key)[0] < 0.5 and places("chat", "other", key)[0] < 0.5 for key in KEYS)
    assert within(both, 0.25)
    same = sum(place < 0.5 and which < 0.5 for place, which in (places("chat", "one", key) for key in KEYS))
    assert within(same, 0.25)


def test_other_languages_come_to_the_same() -> None:
    """The places that docs/flags.md shows, for whoever works them out elsewhere."""
    for each in SHARES:
        assert list(places(each["contract"], each["flag"], each["key"])) == each["places"], each["key"]
