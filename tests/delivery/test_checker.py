"""The checker on histories by hand: what each invariant means, and that files are read as they were written."""

from itertools import pairwise
from pathlib import Path

import pytest
from delivery.checker import check, main
from delivery.history import Kind, Op, Record, read
from delivery.report import Invariant
from delivery.runs import Runs
from hypothesis import given
from hypothesis import strategies as st


def at(t: float, op: Op, **what: object) -> Record:
    return Record(t, op, client="c", address="a", epoch="e", **what)  # type: ignore[arg-type]


def said(t: float, number: int) -> list[Record]:
    """An event that was recorded with this offset."""
    began = Record(t, Op.PUBLISH, address="a", key=str(number), hash=f"h{number}", kind=Kind.RECORDED)
    return [began, Record(t, Op.ACK, address="a", epoch="e", offset=number, key=str(number))]


def got(t: float, number: int, **other: object) -> Record:
    return at(t, Op.RECV, offset=number, **{"hash": f"h{number}", **other})


IN = [at(0, Op.JOIN, offset=-1), at(0, Op.JOINED)]
CALM = Record(99, Op.CALM)
TWO = [*IN, *said(1, 1), got(1, 1), *said(2, 2)]
ASKED = at(1, Op.SEND, ref=1, key="k", kind=Kind.IDEMPOTENT)
OK = at(2, Op.OUTCOME, ref=1, key="k", reason="ok")
EFFECT = Record(1.5, Op.EFFECT, key="k")
TWICE = [
    Record(1, Op.PUBLISH, address="a", key="1", hash="k", kind=Kind.RECORDED),
    *(at(3, Op.RECV, offset=number, hash="k") for number in (1, 2)),
]
MOVE = [
    Record(1, Op.PUBLISH, address="a", key="m", hash="hm", kind=Kind.CONFLATED, slot="s"),
    Record(1, Op.ACK, address="a", key="m"),
]

ANEW = [
    Record(2, Op.PUBLISH, address="a", key="anew", hash="ha", kind=Kind.RECORDED),
    Record(2, Op.ACK, address="a", epoch="f", offset=1, key="anew"),
]
BAD: list[tuple[str, Invariant, list[Record]]] = [
    ("a tail that never came", Invariant.NO_SILENT_LOSS, [*TWO, CALM]),
    ("an epoch of which nobody told", Invariant.NO_SILENT_LOSS, [*IN, *said(1, 1), got(1, 1), *ANEW, CALM]),
    (
        "a hole that a recovery hides",
        Invariant.NO_GAP,
        [*TWO, at(4, Op.JOINED, offset=2, recovered=True)],
    ),
    ("a recovery that says nothing", Invariant.NO_SILENT_LOSS, [*TWO, at(3, Op.LOST), at(4, Op.JOINED, offset=2)]),
    ("what nobody said", Invariant.NO_PHANTOM, [*IN, got(1, 1)]),
    ("what is said later", Invariant.NO_PHANTOM, [*IN, got(1, 1), *said(2, 1)]),
    ("twice", Invariant.NO_DUPLICATE, [*TWO, got(3, 1)]),
    ("backwards", Invariant.ORDER, [*IN, *said(1, 1), *said(1, 2), got(2, 2), got(3, 1)]),
    ("two events of one offset", Invariant.ORDER, [*TWO, got(3, 2, hash="h1")]),
    ("a hole", Invariant.NO_GAP, [*IN, *said(1, 1), *said(1, 2), got(2, 2)]),
    ("no member", Invariant.REALM, [*said(1, 1), got(2, 1)]),
    ("put out", Invariant.REALM, [*IN, Record(1, Op.BARRED, client="c", until=1.5), *said(1, 1), got(2, 1)]),
    ("no outcome", Invariant.ONE_OUTCOME, [ASKED, EFFECT]),
    ("two outcomes", Invariant.ONE_OUTCOME, [ASKED, EFFECT, OK, OK]),
    ("unknown without cause", Invariant.ONE_OUTCOME, [ASKED, at(2, Op.OUTCOME, ref=1, key="k", reason="disconnected")]),
    ("two effects", Invariant.EFFECT_ONCE, [ASKED, EFFECT, EFFECT, OK]),
    ("two events of one request", Invariant.EFFECT_ONCE, [*IN, ASKED, EFFECT, OK, *TWICE]),
    ("ok without effect", Invariant.EFFECT_ONCE, [ASKED, OK]),
    ("not the last value", Invariant.CONFLATION, [*IN, *MOVE, CALM]),
    ("unseen", Invariant.PRESENCE, [*IN, at(1, Op.HERE, key="p"), CALM]),
    ("a ghost", Invariant.PRESENCE, [*IN, at(1, Op.PRESENCE, key="p", reason="came"), CALM]),
    ("never back", Invariant.LIVENESS, [*IN, at(1, Op.LOST), CALM]),
    ("more tasks than before", Invariant.BOUNDS, [Record(1, Op.BOUND, key="tasks", before=100, after=106)]),
]


@pytest.mark.parametrize(("invariant", "history"), [each[1:] for each in BAD], ids=[each[0] for each in BAD])
def test_it_finds(invariant: Invariant, history: list[Record]) -> None:
    assert invariant in check(history).broken


OTHER = Record(4, Op.JOINED, client="c", address="a", epoch="f", reason="epoch_changed")

GOOD: dict[str, list[Record]] = {
    "all that was said": [*TWO, got(3, 2), CALM],
    "a loss that was told": [*TWO, at(3, Op.LOST), at(4, Op.JOINED, offset=2, reason="too_old"), CALM],
    "an epoch in which nothing was said yet": [*TWO, at(3, Op.LOST), OTHER, CALM],
    "a replay": [*TWO, at(3, Op.LOST), at(4, Op.JOINED, offset=2, replay=1, recovered=True), got(5, 2), CALM],
    "an outcome that stayed with the connection before": [
        *(ASKED, at(2, Op.MOVED), at(3, Op.OUTCOME, ref=1, key="k", reason="disconnected"))
    ],
    "an unknown outcome": [ASKED, at(2, Op.LOST), at(3, Op.OUTCOME, ref=1, key="k", reason="disconnected")],
    "a publication of which nobody knows": [*IN, said(1, 1)[0], Record(1, Op.UNKNOWN, key="1"), got(2, 1), CALM],
    "as many tasks as before": [Record(1, Op.BOUND, key="tasks", before=100, after=104)],
}


@pytest.mark.parametrize("history", GOOD.values(), ids=GOOD)
def test_it_accepts(history: list[Record]) -> None:
    report = check(history)
    assert not report.violations, str(report)


STEADY = [Record(5, Op.HEALED), Record(6, Op.STEADY, until=40)]


def test_what_comes_late_after_the_faults_is_no_life() -> None:
    late = check([*IN, *STEADY, *said(7, 1), got(8.5, 1), CALM])
    assert late.broken == {Invariant.LIVENESS}
    assert (late.back, late.quick) == (1, 1.5)
    assert not check([*IN, *STEADY, *said(7, 1), got(7.5, 1), CALM]).violations
    assert not check([*IN, *STEADY[:1], *said(5.5, 1), STEADY[1], got(7, 1), CALM]).violations
    assert not check([*IN, *STEADY[:1], *said(7, 1), got(8.5, 1), CALM]).violations


def test_who_is_back_late_or_not_when_all_should_be_is_noticed() -> None:
    assert check([*IN, Record(5, Op.HEALED), Record(66, Op.STEADY), CALM]).broken == {Invariant.LIVENESS}
    lost = [*IN, at(4, Op.LOST), *STEADY, at(7, Op.JOIN), at(8, Op.JOINED, recovered=True), CALM]
    assert check(lost).broken == {Invariant.LIVENESS}


def test_who_comes_for_the_first_time_is_not_back_and_has_to_be_in_when_it_is_calm() -> None:
    def comes(t: float) -> list[Record]:
        return [*IN, *STEADY, Record(t, Op.JOIN, client="d", address="a", offset=-1)]

    joined = Record(6.5, Op.JOINED, client="d", address="a", epoch="e")
    assert not check([*comes(5.5), joined, CALM]).violations
    assert check([*comes(4.5), joined, CALM]).broken == {Invariant.LIVENESS}
    assert check([*comes(5.5), CALM]).broken == {Invariant.LIVENESS}


def test_of_what_may_be_less_only_more_is_noticed() -> None:
    less, more = (Record(1, Op.BOUND, key="memory", before=100, after=each, reason="growth") for each in (50, 106))
    assert not check([less]).violations
    assert check([more]).broken == {Invariant.BOUNDS}


@given(st.lists(st.integers(0, 30)))
def test_runs_are_a_set(numbers: list[int]) -> None:
    runs, known = Runs(), set[int]()
    for number in numbers:
        assert runs.add(number) is (number not in known)
        known.add(number)
    spans = list(zip(runs.starts, runs.ends, strict=True))
    assert sorted(known) == [each for start, end in spans for each in range(start, end + 1)]
    assert all(end + 1 < start for (_, end), (start, _) in pairwise(spans))


def test_every_invariant_is_found_by_hand() -> None:
    assert {each[1] for each in BAD} == set(Invariant)


def test_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Several files are one history, in the order of time."""
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_text("".join(f"{each.line()}\n" for each in TWO), encoding="utf-8")
    second.write_text(f"\n{got(3, 2).line()}\n{CALM.line()}\n", encoding="utf-8")
    assert list(read(first.read_text(encoding="utf-8").splitlines())) == TWO
    assert main([str(second), str(first)]) == 0
    assert capsys.readouterr().out.startswith("checked 2 received of 2 published messages: 2 acked")
    assert main([str(first), str(tmp_path / "b.jsonl"), str(second)]) == 1
    assert "no_duplicate" in capsys.readouterr().out


def seen(t: float, reason: str) -> Record:
    return at(t, Op.PRESENCE, key="p", reason=reason)


THERE = [*IN, at(1, Op.HERE, key="p"), seen(1, "came")]


def test_who_is_there_may_be_missing_for_so_long_where_nodes_share_a_list() -> None:
    again = [*THERE, seen(10, "went"), seen(13, "came"), CALM]
    assert Invariant.PRESENCE in check(again).broken
    assert not check(again, absence=4).violations
    assert Invariant.PRESENCE in check(again, absence=2).broken
    assert Invariant.PRESENCE in check([*THERE, seen(10, "went"), CALM], absence=4).broken
    anew = [*THERE, seen(10, "went"), at(11, Op.LOST), at(12, Op.JOINED), seen(20, "came"), CALM]
    assert Invariant.PRESENCE not in check(anew, absence=4).broken


def test_nobody_is_missed_who_is_not_there() -> None:
    """A missed person who goes, too, is missed until then, and again from when they are back."""
    gone = [*THERE, seen(10, "went"), at(12, Op.GONE, key="p")]
    back = [*gone, at(20, Op.HERE, key="p"), seen(23, "came"), CALM]
    assert not check(back, absence=4).violations
    assert Invariant.PRESENCE in check(back, absence=2.5).broken
    assert Invariant.PRESENCE in check(gone, absence=1.5).broken


def test_how_long_somebody_is_missed_counts_from_the_end_of_a_silence_of_what_keeps_the_list() -> None:
    again = [*THERE, seen(10, "went"), seen(20, "came"), CALM]
    early = Record(9, Op.MUTE, until=17)
    assert not check([*again, early], absence=4).violations
    assert Invariant.PRESENCE in check([*again, early], absence=2).broken
    before = Record(2, Op.MUTE, until=9)
    assert Invariant.PRESENCE in check([*again, before], absence=9.5).broken
    late = Record(15, Op.MUTE, until=19)
    assert Invariant.PRESENCE in check([*again, late], absence=4).broken
    assert not check([*again, late], absence=6).violations
