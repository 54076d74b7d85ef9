"""Everything that may be deprecated: lint speaks of each, and two versions are compared by it."""

from datetime import date

import pytest
from small_contracts import from_pieces

from rtgen.checks.evolution.compare import compare
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.going import marks
from rtgen.checks.registry import rules
from rtgen.checks.subject import Subject

DAY = date(2026, 1, 1)
SAYS = "sunset: 2020-01-01, use: nothingSuch"

WHOLE = """\
schemas:
  Old: {{ type: object, {schema} properties: {{ a: {{ type: string }} }} }}
  Color: {{ oneOf: [{{ const: red {value} }}, {{ const: green }}] }}
errors:
  full: {{ description: No seat is left. {error} }}
channels:
  room:
    address: rooms/{{id}}
    parameters: {{ id: {{ type: string {parameter} }} }}
    {channel}
    events:
      say:
        from: client
        payload:
          type: object
          properties: {{ text: {{ type: string {property} }}, old: {{ $ref: '#/schemas/Old' }} }}
        reply: {{ type: object, {reply} properties: {{ n: {{ type: integer }} }} }}
        errors: [full]
      sent: {{ from: server, payload: {{ $ref: '#/schemas/Color' }} {event} }}
"""
PLACES = {
    "channel": "channel `room`",
    "event": "event `sent`",
    "error": "error `full`",
    "parameter": "parameter `id` of channel `room`",
    "schema": "schema `Old`",
    "reply": "the reply of event `say`",
    "property": "`text` of `RoomSayPayload`",
    "value": 'the value `"red"` of `Color`',
}


def written(place: str = "", says: str = SAYS) -> str:
    before = {"channel": "", "schema": "", "reply": ""}
    marks = dict.fromkeys(PLACES, "")
    if place:
        mark = f"deprecated: {{ {says} }}"
        comma = "" if place == "channel" else f"{mark}," if place in before else f", {mark}"
        marks[place] = comma or mark
    return WHOLE.format(**marks)


@pytest.mark.parametrize("place", PLACES)
def test_each_thing_that_is_deprecated_is_one_mark(place: str) -> None:
    found = [each for each in marks(from_pieces(written(place))) if each.deprecation is not None]
    assert [each.label for each in found] == [PLACES[place]]
    assert all(each.span is not None for each in found)


@pytest.mark.parametrize("place", PLACES)
def test_lint_speaks_of_each(place: str) -> None:
    by_id = {each.id: each for each in rules()}

    def said(rule: str, says: str) -> list[str]:
        subject = Subject(from_pieces(written(place, says)), DAY)
        return [each.message for each in by_id[rule].check(subject)]

    assert said("sunset-passed", SAYS) == [f"the sunset of {PLACES[place]} was on 2020-01-01"]
    assert said("deprecated-without-end", "since: 1.0.0, use: later") == [
        f"{PLACES[place]} is deprecated, and nothing says when it goes"
    ]
    (unknown,) = said("use-unknown", SAYS)
    assert unknown.startswith(f"{PLACES[place]} is to be replaced by `nothingSuch`, which is not here")


@pytest.mark.parametrize("place", PLACES)
def test_two_versions_are_compared_by_it(place: str) -> None:
    def said(old: str, new: str) -> list[tuple[str, str, str]]:
        found = compare(Pair(from_pieces(old), from_pieces(new), DAY))
        return [
            (each.rule.id, each.breach.message, each.breach.verdict.value) for each in found if not each.rule.sums_up
        ]

    later, sooner = written(place, "sunset: 2027-06-01"), written(place, "sunset: 2027-03-01")
    changed = "deprecation-changed"
    assert said(written(), later) == [(changed, "deprecated: gone on 2027-06-01", "safe")]
    assert said(later, written()) == [(changed, "deprecated no more", "safe")]
    assert said(written(), written(place)) == [(changed, "deprecated: gone on 2020-01-01, use nothingSuch", "breaking")]
    assert said(later, sooner) == [
        (changed, "deprecated: gone on 2027-03-01; it was: gone on 2027-06-01", "safe"),
        ("sunset-moved-earlier", "sunset: 2027-06-01 → 2027-03-01", "breaking"),
    ]


def test_a_property_whose_type_is_deprecated_is_told_of_once() -> None:
    found = [each.label for each in marks(from_pieces(written("schema"))) if each.deprecation is not None]
    assert found == ["schema `Old`"]
