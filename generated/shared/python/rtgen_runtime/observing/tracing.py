"""Spans of what a server does: one around each handler, joins included, one around each emit and each relay.

A span's attributes come from the contract and are as closed as the labels of metrics; nothing that clients choose is
among them, and of what is raised only the kind is told.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from rtgen_runtime.declarations import Contract, RelayEvent, ServerEvent
from rtgen_runtime.hub import Hub
from rtgen_runtime.middleware import Call, Next
from rtgen_runtime.observing.spans import Tracing, Value
from rtgen_runtime.outbox import Flusher
from rtgen_runtime.rooms import Target
from rtgen_runtime.router import Place
from rtgen_runtime.stores.interface import Store

T = TypeVar("T")

CONTRACT: Final = "rtgen.contract"
VERSION: Final = "rtgen.contract.version"
CHANNEL: Final = "rtgen.channel"
EVENT: Final = "rtgen.event"
RECORDED: Final = "rtgen.recorded"


class Traced:
    """The outermost middleware: a span around each handler."""

    def __init__(self, contract: Contract, tracing: Tracing) -> None:
        self._tracing = tracing
        self._shared: Mapping[str, Value] = {
            CONTRACT: contract.name,
            VERSION: contract.version,
        }

    async def __call__(self, call: Call, rest: Next) -> object:
        """Call the rest inside a span."""
        name = f"{call.channel} {call.event}"
        attributes = {**self._shared, CHANNEL: call.channel, EVENT: call.event}
        with self._tracing.span(name, "handle", attributes):
            return await rest(call)


class TracedHub(Hub):
    """A hub with a span around each emit and each relay."""

    def __init__(
        self,
        contract: Contract,
        store: Store,
        clock: Callable[[], float],
        flusher: Flusher,
        tracing: Tracing,
    ) -> None:
        super().__init__(contract, store, clock, flusher)
        self._tracing = tracing
        self._shared: Mapping[str, Value] = {
            CONTRACT: contract.name,
            VERSION: contract.version,
        }

    def emit(
        self,
        place: Place,
        event: ServerEvent[T],
        value: T,
        target: Target | None = None,
    ) -> None:
        """Tell every member, or some."""
        name, attributes = self._told(event)
        with self._tracing.span(name, "emit", attributes):
            super().emit(place, event, value, target)

    async def keep(self, place: Place, event: ServerEvent[T], value: T) -> int:
        """Keep an event, then tell every member; the span ends when the store has it."""
        name, attributes = self._told(event)
        with self._tracing.span(name, "emit", attributes):
            return await super().keep(place, event, value)

    def forward(
        self, place: Place, event: RelayEvent[Any], payload: bytes, by: str
    ) -> None:
        """Give a payload to every other member."""
        name, attributes = self._told(event)
        with self._tracing.span(name, "emit", attributes):
            super().forward(place, event, payload, by)

    def _told(
        self, event: ServerEvent[Any] | RelayEvent[Any]
    ) -> tuple[str, Mapping[str, Value]]:
        channel, _, name = event.tag.partition(".")
        recorded = isinstance(event, ServerEvent) and event.recorded
        more: dict[str, Value] = {CHANNEL: channel, EVENT: name, RECORDED: recorded}
        return f"{channel} {name}", {**self._shared, **more}
