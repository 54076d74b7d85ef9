"""What was counted by flag, as metrics."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from rtgen_runtime.flags.counting import share_of
from rtgen_runtime.flags.rollout import Rollout
from rtgen_runtime.observing import metrics
from rtgen_runtime.observing.metrics import Metric


def flag_families(
    rollout: Rollout,
) -> Iterator[tuple[Metric, Mapping[tuple[str, ...], int]]]:
    """Each metric with its values; none in a contract without flags."""
    counts = rollout.counts
    yield metrics.FLAG_CONNECTIONS, connections(rollout)
    yield (
        metrics.FLAG_GIVEN,
        {(*share,): count for share, count in counts.given.items()},
    )
    yield (
        metrics.FLAG_EVENTS,
        {
            (*share, *_parts(tag)): count
            for share, events in counts.events.items()
            for tag, count in events.items()
        },
    )
    yield (
        metrics.FLAG_ERRORS,
        {
            (*share, code): count
            for share, errors in counts.errors.items()
            for code, count in errors.items()
        },
    )


def connections(rollout: Rollout) -> Mapping[tuple[str, ...], int]:
    """How many have each value now."""
    found: dict[tuple[str, ...], int] = defaultdict(int)
    for holding, count in rollout.holdings().items():
        for flag, value in holding.values.items():
            found[share_of(flag, value)] += count
    return found


def _parts(tag: str) -> tuple[str, str]:
    channel, _, event = tag.partition(".")
    return channel, event
