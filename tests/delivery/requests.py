"""Invariants 7 and 8: one outcome a request, one effect an idempotent one."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from delivery.history import Kind, Op, Record
from delivery.published import Published
from delivery.report import Invariant, Report
from delivery.runs import Runs

Asked = tuple[str, int]
"""Client and ref."""


@dataclass(slots=True)
class Requests:
    """All requests of a history. Those that have ended are held as numbers only.

    One that takes effect once makes one event of its content, if any.
    """

    published: Published
    report: Report
    waiting: dict[Asked, Record] = field(default_factory=dict)
    ended: dict[str, Runs] = field(default_factory=lambda: defaultdict(Runs))
    """By client, the refs that had an outcome."""
    lost: dict[str, float] = field(default_factory=dict)
    """When each client's last connection ended."""
    effects: Counter[str] = field(default_factory=Counter)
    """By what the request was about."""
    idempotent: set[str] = field(default_factory=set)
    """What may take effect once only."""
    idle: dict[str, Record] = field(default_factory=dict)
    """By key, what was answered ok, and has had no effect so far: clocks of processes are some microseconds apart."""

    def take(self, record: Record) -> None:
        """The next record of the history."""
        match record.op:
            case Op.SEND:
                self.report.requests += 1
                self.waiting[record.client, record.ref] = record
                if record.kind is Kind.IDEMPOTENT:
                    self.idempotent.add(record.key)
            case Op.OUTCOME:
                self._outcome(record)
            case Op.EFFECT:
                self.effects[record.key] += 1
                self.idle.pop(record.key, None)
            case Op.LOST | Op.MOVED:
                self.lost[record.client] = record.t
            case _:
                pass

    def end(self) -> None:
        """The history is complete."""
        for sent in self.waiting.values():
            self.report.note(Invariant.ONE_OUTCOME, "0 outcomes", sent)
        for sent in self.idle.values():
            self.report.note(Invariant.EFFECT_ONCE, "answered ok without an effect", sent)
        for key in self.idempotent:
            if self.effects[key] > 1:
                self.report.note(Invariant.EFFECT_ONCE, f"{self.effects[key]} effects of {key!r}")
            if self.published.kept[key] > 1:
                self.report.note(Invariant.EFFECT_ONCE, f"{self.published.kept[key]} events of one request, {key!r}")

    def _outcome(self, outcome: Record) -> None:
        sent = self.waiting.pop((outcome.client, outcome.ref), None)
        is_first = self.ended[outcome.client].add(outcome.ref)
        if sent is None:
            words = "nobody had asked" if is_first else "another outcome"
            self.report.note(Invariant.ONE_OUTCOME, words, outcome)
            return
        if outcome.reason == "disconnected" and self.lost.get(sent.client, float("-inf")) < sent.t:
            self.report.note(Invariant.ONE_OUTCOME, "unknown, and never disconnected", outcome)
        if sent.kind is Kind.IDEMPOTENT and outcome.reason == "ok" and not self.effects[sent.key]:
            self.idle[sent.key] = sent
