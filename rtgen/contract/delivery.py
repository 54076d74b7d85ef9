"""How events travel: limits, conflation, newest values, windows; each read from one key of an event."""

from collections.abc import Iterable, Mapping

from rtgen.contract.model import Conflation, Event, Latest, RateLimit, ServerEvent
from rtgen.contract.units import rate, seconds
from rtgen.source.nodes import MappingNode, Node, Scalar, plain

IDEMPOTENCY_WINDOW = 300.0
"""Seconds for which `idempotent: true` remembers (the protocol's default)."""


def _plain(node: Node | None) -> object:
    return None if node is None else plain(node)


def conflation_of(node: MappingNode) -> Conflation | None:
    """`conflate: { by: sender }` or `{ key: … }`."""
    value = _plain(node.get("conflate"))
    return Conflation(str(value.get("key", ""))) if isinstance(value, Mapping) else None


def latest_of(node: MappingNode) -> Latest | None:
    """`latest: true` or `{ key: … }`."""
    value = _plain(node.get("latest"))
    if isinstance(value, Mapping):
        return Latest(str(value["key"]))
    return Latest() if value is True else None


def limit_of(node: MappingNode) -> RateLimit | None:
    """`limit: 10/s` or `{ rate, burst }`; without a burst, the rate's own count may come at once."""
    value = _plain(node.get("limit"))
    if value is None:
        return None
    asked = value if isinstance(value, Mapping) else {"rate": value}
    count, per = rate(str(asked["rate"]))
    return RateLimit(count, per, int(str(asked.get("burst", count))))


def window_of(node: MappingNode) -> float:
    """`idempotent: true` or `{ window }`: seconds, 0 where it is not asked for."""
    value = _plain(node.get("idempotent"))
    if isinstance(value, Mapping):
        return seconds(str(value["window"]))
    return IDEMPOTENCY_WINDOW if value is True else 0.0


def offline_of(node: MappingNode) -> str:
    """`offline:`, with its default."""
    value = node.get("offline")
    return value.value if isinstance(value, Scalar) and isinstance(value.value, str) else "reject"


def broker_loss_of(node: MappingNode, events: Iterable[Event]) -> str:
    """`onBrokerLoss:` of a channel: what a node does that has lost the others.

    Left out, a channel that records refuses: what is told around a record that nobody can keep would be of another
    moment for each node's members.
    """
    asked = node.get("onBrokerLoss")
    if isinstance(asked, Scalar):
        return str(asked.value)
    return "refuse" if any(isinstance(each, ServerEvent) and each.recorded for each in events) else "local"
