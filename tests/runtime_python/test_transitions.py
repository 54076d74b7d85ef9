"""The tables are complete: whatever comes whenever has a rule."""

import itertools

from rtgen_runtime.transitions import MEMBERSHIP, RULES, FrameKind, MembershipInput, MembershipPhase, Phase, Rule


def test_every_frame_has_a_rule_in_every_phase() -> None:
    assert set(RULES) == set(itertools.product(Phase, FrameKind))


def test_every_membership_input_has_a_next_phase() -> None:
    assert set(MEMBERSHIP) == set(itertools.product(MembershipPhase, MembershipInput))


def test_nothing_leaves_the_end() -> None:
    assert {MEMBERSHIP[MembershipPhase.ENDED, each] for each in MembershipInput} == {MembershipPhase.ENDED}
    assert {RULES[Phase.CLOSED, each] for each in FrameKind} == {Rule.DROP}


def test_only_a_hello_is_welcome_first_and_only_once() -> None:
    assert [each for each in FrameKind if RULES[Phase.WAITING, each] is not Rule.BREAK] == [FrameKind.HELLO]
    assert [each for each in FrameKind if RULES[Phase.READY, each] is Rule.BREAK] == [FrameKind.HELLO]
