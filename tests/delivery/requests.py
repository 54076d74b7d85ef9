"""Invariants 7 and 8: one outcome a request, one effect an idempotent one."""

from collections import Counter
from dataclasses import dataclass, field

from delivery.history import Kind, Op, Record
from delivery.published import Published
from delivery.report import Invariant, Report

Asked = tuple[str, int]
"""Client and ref."""


@dataclass(slots=True)
class Requests:
    """All requests of a history. One that takes effect once makes one event of its content, if any."""

    published: Published
    report: Report
    sent: dict[Asked, Record] = field(default_factory=dict)
    outcomes: dict[Asked, list[Record]] = field(default_factory=dict)
    lost: dict[str, list[float]] = field(default_factory=dict)
    """When each client's connections ended."""
    effects: Counter[str] = field(default_factory=Counter)
    """By what the request was about."""

    def take(self, record: Record) -> None:
        """The next record of the history."""
        asked = record.client, record.ref
        match record.op:
            case Op.SEND:
                self.report.requests += 1
                self.sent[asked] = record
            case Op.OUTCOME:
                self.outcomes.setdefault(asked, []).append(record)
                if asked not in self.sent:
                    self.report.note(Invariant.ONE_OUTCOME, "nobody had asked", record)
            case Op.EFFECT:
                self.effects[record.key] += 1
            case Op.LOST:
                self.lost.setdefault(record.client, []).append(record.t)
            case _:
                pass

    def end(self) -> None:
        """The history is complete."""
        for asked, sent in self.sent.items():
            self._outcome(sent, self.outcomes.get(asked, []))
            if sent.kind is Kind.IDEMPOTENT:
                self._effect(sent, self.effects[sent.key], self.outcomes.get(asked, []))
                if self.published.kept[sent.key] > 1:
                    words = f"{self.published.kept[sent.key]} events of one request"
                    self.report.note(Invariant.EFFECT_ONCE, words, sent)

    def _outcome(self, sent: Record, outcomes: list[Record]) -> None:
        if len(outcomes) != 1:
            self.report.note(Invariant.ONE_OUTCOME, f"{len(outcomes)} outcomes", sent)
        for outcome in outcomes:
            times = self.lost.get(sent.client, [])
            excused = any(sent.t <= t <= outcome.t for t in times)
            if outcome.reason == "disconnected" and not excused:
                self.report.note(Invariant.ONE_OUTCOME, "unknown, and never disconnected", outcome)

    def _effect(self, sent: Record, effects: int, outcomes: list[Record]) -> None:
        if effects > 1:
            self.report.note(Invariant.EFFECT_ONCE, f"{effects} effects", sent)
        if not effects and any(each.reason == "ok" for each in outcomes):
            self.report.note(Invariant.EFFECT_ONCE, "answered ok without an effect", sent)
