"""The counts as text that Prometheus reads (its text format, version 0.0.4), made when it is asked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rtgen_runtime.flags.exposition import flag_families
from rtgen_runtime.observing import metrics
from rtgen_runtime.observing.metrics import Histogram, Metric
from rtgen_runtime.observing.tally import OTHER

if TYPE_CHECKING:
    from rtgen_runtime.app import App

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

Value = int | float | Histogram

_SENT: Final = {
    tag[:6].encode(): tag.removesuffix('"')
    for tag in (
        "$welcome",
        "$joined",
        '$left"',
        "$resync",
        "$reply",
        "$error",
        '$ping"',
        '$pong"',
        "$drain",
        "$deprecated",
        "$flags",
    )
}
"""What the server sends beside events, by the first six bytes after the quotation mark."""


@dataclass(frozen=True, slots=True)
class Family:
    """A metric and its values, by the values of its labels."""

    metric: Metric
    samples: Mapping[tuple[str, ...], Value]


def metrics_text(app: "App") -> str:
    """All metrics of an app. For one process: of several workers each has its own."""
    return families_text(families(app))


def families_text(found: Iterable[Family]) -> str:
    """Families as they are served."""
    lines: list[str] = []
    for family in found:
        lines += _lines(family)
    return "\n".join(lines) + "\n"


def families(app: "App") -> Iterator[Family]:
    """All metrics of an app as values, in the order of `METRICS`, for whoever has a registry of their own."""
    found = dict(_found(app))
    for metric in metrics.METRICS:
        yield Family(metric, found[metric])


def _found(app: "App") -> Iterable[tuple[Metric, Mapping[tuple[str, ...], Value]]]:
    tally, counts, contract = app.tally, app.flusher.counts, app.contract
    emitted = {tag: count for tag, (count, _) in counts.sent.items()}
    sent = {tag: count for tag, (_, count) in counts.sent.items()}
    for answer, count in tally.answered.items():
        tag = _SENT.get(answer, OTHER)
        sent[tag] = sent.get(tag, 0) + count
    yield metrics.INFO, {(contract.name, contract.version): 1}
    yield metrics.CONNECTIONS, _speaking(app)
    yield metrics.CONVERSIONS, _single(tally.conversions)
    yield metrics.MISUNDERSTOOD, _single(app.hub.refusals.counts)
    yield metrics.OPENED, {(): tally.opened}
    yield from _of_newcomers(app)
    yield metrics.CLOSED, _single(tally.closed)
    yield metrics.AUTHENTICATIONS, _single(tally.authentications)
    yield metrics.JOINS, _pairs(tally.joins)
    yield metrics.RECOVERIES, _pairs(tally.recoveries)
    yield metrics.REPLAYED, _single(tally.replayed)
    yield metrics.MEMBERS, _single(tally.members)
    yield metrics.PRESENT, _single(app.board.people())
    yield metrics.RECEIVED, _by_event(tally.received)
    yield metrics.RECEIVED_BYTES, {(): tally.received_bytes}
    yield metrics.EMITTED, _by_event(emitted)
    yield metrics.SENT, _by_event(sent)
    yield metrics.SENT_BYTES, {(): counts.written}
    yield (
        metrics.ERRORS,
        {(*_parts(tag), code): count for (tag, code), count in tally.errors.items()},
    )
    yield (
        metrics.DEPRECATED,
        {(*_parts(tag), *rest): n for (tag, *rest), n in tally.deprecated.items()},
    )
    yield metrics.UNSENDABLE, _by_event(counts.invalid)
    yield metrics.HANDLERS, _pairs(tally.handlers)
    yield metrics.PINGS, {(): tally.pings}
    yield metrics.DROPPED, {(): counts.dropped}
    yield metrics.CONFLATED, {(): counts.conflated}
    yield metrics.OVERFLOWED, {(): counts.overflowed}
    yield metrics.OUTBOXES, {(): tally.outboxes}
    yield (
        metrics.ONCE,
        {(*_parts(tag), how): count for (tag, how), count in tally.once.items()},
    )
    yield metrics.STORE, {(name,): each for name, each in tally.store.items()}
    yield metrics.STORE_FAILURES, _single(tally.store_failures)
    yield metrics.LAG, {(): tally.lag}
    yield from flag_families(app.flags)


def _of_newcomers(
    app: "App",
) -> Iterable[tuple[Metric, Mapping[tuple[str, ...], Value]]]:
    now, doors = app.clock(), app.life.doors
    found = {"admitted": doors.admitted, "early": doors.early, "full": doors.full}
    yield metrics.NEWCOMERS, _single(found)
    accept, join = doors.turns.wait(now), app.life.reads.wait(now)
    yield metrics.WAIT, {("accept",): round(accept, 3), ("join",): round(join, 3)}


def _speaking(app: "App") -> Mapping[tuple[str, ...], Value]:
    """By version; versions that nobody speaks are told too, so that one sees when the last client is gone."""
    contract, speaking = app.contract, app.tally.speaking
    versions = (contract.version, *(each.version for each in contract.versions))
    found = {version: speaking.get(version, 0) for version in versions}
    waiting = app.connections - sum(found.values())
    return _single({"": waiting, **found} if waiting else found)


def _single(counts: Mapping[str, int]) -> Mapping[tuple[str, ...], Value]:
    return {(label,): count for label, count in counts.items()}


def _pairs(counts: Mapping[tuple[str, str], Value]) -> Mapping[tuple[str, ...], Value]:
    return {(first, second): count for (first, second), count in counts.items()}


def _by_event(counts: Mapping[str, int]) -> Mapping[tuple[str, ...], Value]:
    return {_parts(tag): count for tag, count in counts.items()}


def _parts(tag: str) -> tuple[str, str]:
    """Channel and event of a tag; what is not the contract's has no channel."""
    channel, dot, event = tag.partition(".")
    return (channel, event) if dot else ("", tag)


def _lines(family: Family) -> Iterator[str]:
    metric = family.metric
    yield f"# HELP {metric.name} {_escaped(metric.meaning, quotes=False)}"
    yield f"# TYPE {metric.name} {metric.kind}"
    for values, value in sorted(family.samples.items(), key=lambda each: each[0]):
        labels = [
            f'{name}="{_escaped(label)}"'
            for name, label in zip(metric.labels, values, strict=True)
        ]
        if isinstance(value, Histogram):
            yield from _buckets(metric.name, labels, value)
        else:
            yield f"{metric.name}{_braced(labels)} {value}"


def _buckets(name: str, labels: Sequence[str], histogram: Histogram) -> Iterator[str]:
    count = 0
    ends = (*(format(bound, "g") for bound in histogram.bounds), "+Inf")
    for end, here in zip(ends, histogram.counts, strict=True):
        count += here
        bucket = _braced([*labels, f'le="{end}"'])
        yield f"{name}_bucket{bucket} {count}"
    yield f"{name}_sum{_braced(labels)} {histogram.sum}"
    yield f"{name}_count{_braced(labels)} {count}"


def _braced(labels: Sequence[str]) -> str:
    return "{" + ",".join(labels) + "}" if labels else ""


def _escaped(text: str, *, quotes: bool = True) -> str:
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
    return escaped.replace('"', '\\"') if quotes else escaped
