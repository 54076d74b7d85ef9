"""Invariants 1 to 6: what each client got of each address, followed record by record."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from delivery.history import TWIN, Kind, Op, Record
from delivery.published import Published
from delivery.report import Invariant, Report
from delivery.runs import Runs


@dataclass(slots=True)
class Stream:
    """One client in one address. `offset` is the last one it has, -1 before its first join."""

    client: str
    subject: str
    address: str
    epoch: str = ""
    offset: int = -1
    wanted: bool = True
    """Whether the client still wants to be in."""
    came: float = 0.0
    """When it asked for the first time."""
    joined: bool = False
    fresh: bool = False
    """Whether the server told it to begin without a position."""
    since: float = 0.0
    """When its present, unbroken membership began."""
    seen: dict[str, Runs] = field(default_factory=lambda: defaultdict(Runs))
    """By epoch, the offsets that it got."""
    newest: dict[str, str] = field(default_factory=dict)
    """By slot, the hash of the last conflated or latest event."""


@dataclass(slots=True)
class Streams:
    """All of them."""

    published: Published
    report: Report
    by_member: dict[tuple[str, str], Stream] = field(default_factory=dict)
    by_client: dict[str, list[Stream]] = field(default_factory=lambda: defaultdict(list))
    barred: dict[tuple[str, str], dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    """By client, or else subject: until when it may receive, by address, or none for all of them."""

    def take(self, record: Record) -> None:
        """The next record of the history."""
        if record.op is Op.BARRED:
            who = (record.client, "") if record.client else ("", record.subject)
            until = self.barred[who]
            until[record.address] = min(record.until, until.get(record.address, record.until))
        elif record.op is Op.LOST:
            for stream in self.by_client[record.client]:
                stream.joined = False
                stream.fresh |= record.reason.startswith("43")
        elif record.op in {Op.JOIN, Op.JOINED, Op.RECV, Op.RESYNC, Op.LEFT}:
            stream = self.by_member.get((record.client, record.address)) or self._new(record)
            match record.op:
                case Op.JOIN:
                    self._asked(stream, record)
                case Op.JOINED:
                    self._joined(stream, record)
                case Op.RECV:
                    self._received(stream, record)
                case Op.RESYNC:
                    stream.joined = False
                case _:
                    self._left(stream, record)

    def _new(self, record: Record) -> Stream:
        stream = Stream(record.client, record.subject, record.address, came=record.t)
        self.by_member[record.client, record.address] = stream
        self.by_client[record.client].append(stream)
        return stream

    def _is_barred(self, stream: Stream, t: float) -> bool:
        for who in ((stream.client, ""), ("", stream.subject)):
            until = self.barred.get(who)
            if until is not None and any(t > until[each] for each in ("", stream.address) if each in until):
                return True
        return False

    def calm(self, record: Record) -> None:
        """Everything has come that should: the tail of a stream is not missing."""
        for stream in self.by_member.values():
            if stream.joined:
                acked = self.published.acked.get((stream.address, stream.epoch), set())
                missing = [offset for offset in acked if offset > stream.offset >= 0]
                self._lost(stream, missing, record, "the tail never came")
                self._left_behind(stream, record)

    def _left_behind(self, stream: Stream, record: Record) -> None:
        """What is said is of another epoch than the one that it believes to follow."""
        stands, said = self.published.stands.get(stream.address, (stream.epoch, 0.0))
        if stands != stream.epoch and said > stream.since:  # else it joined when another one had begun
            lost = len(self.published.acked[stream.address, stands])
            self.report.silent_lost += lost
            words = f"{stream.client} in {stream.address} follows {stream.epoch!r}, and {lost} are of {stands!r}"
            self.report.note(Invariant.NO_SILENT_LOSS, words, record)

    def _asked(self, stream: Stream, record: Record) -> None:
        stream.wanted = True
        stands = (stream.epoch, stream.offset) if stream.offset >= 0 else None
        if stands is not None and not stream.fresh and (record.epoch, record.offset) != stands:
            words = f"goes on from {record.offset} of {record.epoch!r}, but stands at {stands}"
            self.report.note(Invariant.NO_GAP, words, record)

    def _joined(self, stream: Stream, record: Record) -> None:
        before = stream.offset if stream.epoch == record.epoch else None
        returning = stream.offset >= 0
        starts_at = record.offset - record.replay
        stream.joined = True
        stream.since = record.t
        if returning and not record.client.endswith(TWIN):
            self.report.recoveries["recovered" if record.recovered else record.reason or "without a reason"] += 1
        if returning and record.recovered and starts_at != before:
            words = f"recovered from {starts_at}, but it stood at {stream.offset} of {stream.epoch!r}"
            missing = range((before or 0) + 1, starts_at + 1)
            self._lost(stream, missing, record, words)
            if before is None or starts_at > before:
                self.report.note(Invariant.NO_GAP, words, record)
        elif returning and not record.recovered:
            self._told(stream, record)
            if not record.reason and not stream.fresh:
                self.report.note(Invariant.NO_SILENT_LOSS, "not recovered, and nobody says why", record)
        stream.fresh = False
        at = starts_at
        if before is not None and record.recovered and not record.client.endswith(TWIN):
            at = max(starts_at, before)  # what an older connection gave it while it moved
        stream.epoch, stream.offset = record.epoch, at

    def _told(self, stream: Stream, record: Record) -> None:
        """What it missed is gone, and it knows."""
        if stream.client.endswith(TWIN):
            return
        upto = record.offset if stream.epoch == record.epoch else None
        acked = self.published.acked.get((stream.address, stream.epoch), set())
        self.report.told_lost += sum(each > stream.offset and (upto is None or each <= upto) for each in acked)

    def _left(self, stream: Stream, record: Record) -> None:
        stream.joined = False
        stream.fresh |= record.reason == "fresh"
        if record.reason in {"", "never", "token"}:  # else the client joins again by itself
            stream.wanted = False
            stream.offset, stream.epoch = -1, ""

    def _received(self, stream: Stream, record: Record) -> None:
        self.report.received += not record.client.endswith(TWIN)
        if record.hash not in self.published.by_hash[record.address]:
            self.report.note(Invariant.NO_PHANTOM, "nobody had published it", record)
        if not stream.joined or stream.subject != record.subject:
            self.report.note(Invariant.REALM, "received by one who is no member", record)
        if self.barred and self._is_barred(stream, record.t):
            self.report.note(Invariant.REALM, "received by one who was put out, or whose token is over", record)
        if record.kind in {Kind.CONFLATED, Kind.LATEST}:
            stream.newest[record.slot] = record.hash
        if record.offset:
            self._in_order(stream, record)

    def _in_order(self, stream: Stream, record: Record) -> None:
        self.published.agree(record, record.hash)
        if not stream.seen[record.epoch].add(record.offset):
            self.report.duplicates += 1
            self.report.note(Invariant.NO_DUPLICATE, "received twice", record)
            return
        if record.epoch != stream.epoch:
            self.report.note(Invariant.ORDER, f"of another epoch than the membership's {stream.epoch!r}", record)
            return
        if record.offset <= stream.offset:
            self.report.inversions += 1
            self.report.note(Invariant.ORDER, f"behind {stream.offset}", record)
            return
        if record.offset != stream.offset + 1:
            self.report.note(Invariant.NO_GAP, f"the last one was {stream.offset}", record)
            self._lost(stream, range(stream.offset + 1, record.offset), record, "skipped without a word")
        stream.offset = record.offset

    def _lost(self, stream: Stream, offsets: Iterable[int], record: Record, words: str) -> None:
        acked = self.published.acked.get((stream.address, stream.epoch), set())
        lost = [offset for offset in offsets if offset in acked]
        self.report.silent_lost += len(lost)
        if lost:
            words = f"{stream.client} in {stream.address}: {words}: {lost}"
            self.report.note(Invariant.NO_SILENT_LOSS, words, record)
