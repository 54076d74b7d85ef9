"""A small rehearsal: two versions, clients in two languages, workers that are exchanged under load. Nothing is lost."""

import asyncio
from collections import Counter
from dataclasses import replace
from xml.dom.minidom import parseString
from xml.sax.saxutils import escape

import pytest
from delivery.checker import check
from delivery.history import Op
from delivery.report import Invariant
from rehearsal.rehearse import SMALL, SMALL_BACK, Outcome, rehearse
from rehearsal.timeline import picture
from rehearsal.versions import NEW, OLD

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module", params=[SMALL, SMALL_BACK], ids=["workers", "nodes, and back"])
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return asyncio.run(rehearse(request.param, tmp_path_factory.mktemp("rehearsal")))


def test_nothing_is_lost_and_nothing_fails(outcome: Outcome) -> None:
    report = outcome.report
    assert not report.violations, "\n".join(map(str, report.violations))
    assert outcome.wrong == Counter()
    assert (report.silent_lost, report.told_lost, report.duplicates, report.unknown) == (0, 0, 0, 0)
    assert outcome.exit_code == 0
    assert outcome.good


def test_everybody_was_there(outcome: Outcome) -> None:
    """Else it would prove nothing: both versions and languages said something, moved, and were served by both."""
    crowds = {f"{version.name} {language}" for version in (OLD, NEW) for language in SMALL.languages}
    acked = Counter(each.proc for each in outcome.records if each.op is Op.ACK)
    assert set(acked) == crowds
    assert min(acked.values()) >= SMALL.messages
    assert outcome.report.recoveries["recovered"] > 0
    served = {version for look in outcome.looks for version, count in look.connections.items() if count}
    assert served == {OLD.number, NEW.number}


def test_one_event_that_did_not_come_would_be_noticed(outcome: Outcome) -> None:
    heard = [each for each in outcome.records if each.op is Op.RECV and each.offset]
    gone = heard[len(heard) // 2]
    report = check([each for each in outcome.records if each is not gone])
    assert Invariant.NO_GAP in report.broken
    assert not replace(outcome, report=report).good


def test_the_picture_is_one(outcome: Outcome) -> None:
    document = parseString(picture(outcome))  # noqa: S318 - our own
    words = [each.toxml() for each in document.getElementsByTagName("text")]
    assert all(any(escape(mark.words) in text for text in words) for mark in outcome.marks)
    assert len(document.getElementsByTagName("polyline")) >= 4
