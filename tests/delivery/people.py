"""Invariant 10: who is there, as clients are told, against who really is."""

from dataclasses import dataclass, field

from delivery.history import TWIN, Op, Record
from delivery.report import Invariant, Report
from delivery.streams import Streams

SLACK = 2.0
"""Seconds beside the grace that a change may take."""


@dataclass(slots=True)
class _Person:
    here: bool = False
    since: float = 0.0
    anew: float = float("-inf")
    """Until when others may not know yet that it came, after it had been gone for good."""


@dataclass(slots=True)
class People:
    """Truth by address and person; views by client, address.

    `absence` is for how many seconds somebody who is there may be missing: what keeps the list for many nodes may lose
    it, and each node then shows its people again; who is between two connections is shown by none, so that its grace
    does not hold. While what keeps the list is mute no node can know better: then it counts from the end of that. In
    one process nothing is lost.
    """

    report: Report
    streams: Streams
    grace: float
    absence: float = 0.0
    missing: dict[tuple[str, str, str], Record] = field(default_factory=dict)
    """By client, address and person: since when somebody is missed who is there."""
    mute: float = float("-inf")
    """Until when what keeps lists was mute."""
    away: set[tuple[str, str, str]] = field(default_factory=set)
    """Those who were missed when they went: nobody misses them until they are there again."""
    truth: dict[tuple[str, str], _Person] = field(default_factory=dict)
    views: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def take(self, record: Record) -> None:
        """The next record of the history."""
        match record.op:
            case Op.HERE:
                self._here(record)
            case Op.GONE:
                self._gone(record)
            case Op.PRESENCE:
                self._told(record)
            case Op.MUTE:
                for seen, missed in self.missing.items():
                    self._judge(seen, missed, record.t)
                self.mute = max(self.mute, record.until)
            case Op.STOOD:
                for person in self.truth.values():
                    if person.anew >= record.t:  # what others are to be told waits as long
                        person.anew += record.until - record.t
            case Op.LOST:
                for seen in [each for each in self.missing if each[0] == record.client]:
                    del self.missing[seen]  # its view begins anew
                self.away = {each for each in self.away if each[0] != record.client}
            case Op.JOINED if not record.client.endswith(TWIN):
                self.views.setdefault((record.client, record.address), set())
            case _:
                pass

    def _here(self, record: Record) -> None:
        at = record.address, record.key
        before = self.truth.get(at)
        is_new = before is None or (not before.here and record.t >= before.since + self.grace)
        anew = record.t + SLACK if is_new else before.anew if before else record.t
        self.truth[at] = _Person(here=True, since=record.t, anew=anew)
        for seen in [each for each in self.away if each[1:] == at]:
            self.away.discard(seen)
            self.missing[seen] = record

    def _gone(self, record: Record) -> None:
        at = record.address, record.key
        self.truth[at] = _Person(here=False, since=record.t if record.reason != "left" else float("-inf"))
        for seen in [each for each in self.missing if each[1:] == at]:
            self._back(seen, record)
            self.away.add(seen)

    def _told(self, record: Record) -> None:
        view = self.views.setdefault((record.client, record.address), set())
        if record.reason == "came":
            view.add(record.key)
            self.away.discard((record.client, record.address, record.key))
            self._back((record.client, record.address, record.key), record)
            return
        view.discard(record.key)
        person = self.truth.get((record.address, record.key), _Person())
        if person.here and record.t <= person.anew:
            return
        if self.absence:
            if person.here:
                self.missing[record.client, record.address, record.key] = record
        elif person.here or record.t < person.since + self.grace:
            self.report.note(Invariant.PRESENCE, f"{record.key} went, but is there or within the grace", record)

    def _back(self, seen: tuple[str, str, str], record: Record) -> None:
        missed = self.missing.pop(seen, None)
        if missed is not None:
            self._judge(seen, missed, record.t)

    def _judge(self, seen: tuple[str, str, str], missed: Record, now: float) -> None:
        absent = now - max(missed.t, self.mute)
        if absent > self.absence:
            words = f"{seen[2]} was missing to {seen[0]} for {absent:.1f} s"
            self.report.note(Invariant.PRESENCE, words, missed)

    def calm(self, record: Record) -> None:
        """Every member sees those who are there."""
        for stream in self.streams.by_member.values():
            view = self.views.get((stream.client, stream.address))
            if not stream.joined or view is None:
                continue
            real = {who: person for (address, who), person in self.truth.items() if address == stream.address}
            there = {who for who, person in real.items() if person.here}
            over = {who for who in view - there if self._is_over(real.get(who), record.t)}
            if there - view:
                words = f"{stream.client} in {stream.address} does not see {sorted(there - view)}"
                self.report.note(Invariant.PRESENCE, words, record)
            if over:
                words = f"{stream.client} in {stream.address} sees ghosts {sorted(over)}"
                self.report.note(Invariant.PRESENCE, words, record)

    def _is_over(self, person: _Person | None, now: float) -> bool:
        return person is None or now > person.since + self.grace + SLACK
