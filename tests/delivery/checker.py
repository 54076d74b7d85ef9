"""The delivery checker: twelve invariants over a history, whatever kind of test has written it.

Pure: records in, a report out. `python -m delivery.checker FILE…` reads JSON lines and exits with 1 on a violation.

1 no silent loss · 2 no phantom · 3 no duplicate to listeners · 4 order, and all agree on it · 5 no gap ·
6 only members receive, none after the end of its right · 7 one outcome a request · 8 at most one effect an idempotent
request · 9 conflation keeps the last · 10 presence becomes right, within grace · 11 in the end everybody is back ·
12 resources are given back. 1 (tails), 9, 10 and 11 are judged where the history says `calm`.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from delivery.history import TWIN, Kind, Op, Record, read
from delivery.liveness import Liveness
from delivery.people import People
from delivery.published import Published
from delivery.report import Invariant, Report
from delivery.requests import Requests
from delivery.streams import Streams

TOLERANCE = 0.05
"""Part of its value by which a resource may differ afterwards."""


class Part(Protocol):
    """Looks at a history."""

    def take(self, record: Record) -> None:
        """The next record."""


def check(records: Iterable[Record], *, grace: float = 10.0, absence: float = 0.0) -> Report:
    """Judge a history. `grace` is the contract's, in seconds, for people whose connection was lost.

    `absence` is for how long somebody who is there may be missing, where several nodes share a list that can be lost.
    """
    return judge(sorted(records, key=lambda each: each.t), grace=grace, absence=absence)  # stable: see `judge`


def judge(records: Iterable[Record], *, grace: float = 10.0, absence: float = 0.0, also: Sequence[Part] = ()) -> Report:
    """The same for records in order of time, of which what one process saw keeps its order.

    Each is looked at once and not held; what is held grows with what was published, not with what was received.
    `also` see every record, too.
    """
    report = Report()
    published = Published(report)
    streams = Streams(published, report)
    requests = Requests(published, report)
    people = People(report, streams, grace, absence)
    liveness = Liveness(published, streams, report)
    parts: tuple[Part, ...] = (published, streams, requests, people, liveness, *also)
    of_receives: tuple[Part, ...] = (streams, liveness, *also)  # the others have no use for them, and most are
    for record in records:
        for part in of_receives if record.op is Op.RECV else parts:
            part.take(record)
        if record.op is Op.CALM:
            streams.calm(record)
            people.calm(record)
            _newest(published, streams, report, record)
        elif record.op is Op.BOUND:
            _bound(report, record)
    requests.end()
    return report


def _bound(report: Report, record: Record) -> None:
    more = record.after - record.before
    if (more if record.reason == "growth" else abs(more)) > TOLERANCE * record.before:
        report.note(Invariant.BOUNDS, f"{record.key}: {record.before:g} before, {record.after:g} after", record)


def _newest(published: Published, streams: Streams, report: Report, record: Record) -> None:
    """Who stayed has the last value of every slot; who joins has the latest ones."""
    clients = [each for each in streams.by_member.values() if not each.client.endswith(TWIN)]  # joins give values, too
    for stream in clients:
        for (address, slot), last in published.newest.items():
            owed = last.kind is Kind.LATEST or last.t > stream.since
            if stream.joined and address == stream.address and owed and stream.newest.get(slot) != last.hash:
                words = f"{stream.client} in {address} has not the last value of {slot!r}"
                report.note(Invariant.CONFLATION, words, last)


def main(paths: list[str]) -> int:
    """Check files that belong together."""
    lines = (line for path in paths for line in Path(path).read_text(encoding="utf-8").splitlines())
    report = check(read(lines))
    print(report)
    return 1 if report.violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
