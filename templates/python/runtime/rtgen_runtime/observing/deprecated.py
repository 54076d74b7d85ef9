"""Who still uses what is going away: counted by the version of the client, and told to those that ask for it.

Nothing of this runs where a contract deprecates nothing; payloads are searched only of events in which something is
deprecated.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec

from rtgen_runtime.declarations import Contract, Deprecation, RelayEvent, ServerEvent
from rtgen_runtime.decoding import Decoded, EventFrame
from rtgen_runtime.effects import Effect, Send
from rtgen_runtime.frames import (
    DEPRECATIONS,
    Deprecated,
    DeprecatedInfo,
    Hello,
    Join,
    encode,
)
from rtgen_runtime.observing.tally import Tally
from rtgen_runtime.presence.frames import State
from rtgen_runtime.router import Place, Router
from rtgen_runtime.transitions import Phase

_ABSENT: Final = object()


class Observer(Protocol):
    """Who is told of every frame of a connection."""

    uses: "Uses | None"


class Carrier(Protocol):
    """A connection."""

    @property
    def version(self) -> str:
        """Which version of the contract its client speaks."""

    def carry_out(self, effects: list[Effect]) -> None:
        """Send."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """One thing, and how to find it in a payload."""

    deprecation: Deprecation
    steps: tuple[str, ...]
    value: object = _ABSENT

    @property
    def label(self) -> str:
        """The place, and the value that counts there."""
        return f"{self.deprecation.at} {self.deprecation.value}".strip()

    def stands_in(self, payload: object) -> bool:
        """Whether a payload has it."""
        found = _at(payload, self.steps)
        if self.value is _ABSENT:
            return next(found, _ABSENT) is not _ABSENT
        return any(
            type(each) is type(self.value) and each == self.value for each in found
        )


class Deprecations:
    """What is going away, of one app."""

    def __init__(self, contract: Contract, tally: Tally, router: Router) -> None:
        self.tally = tally
        self.version = contract.version
        self._router = router
        self._by_tag: dict[str, list[_Watched]] = defaultdict(list)
        self._heard: dict[str, list[_Watched]] = defaultdict(list)
        """What the server sends, by channel."""
        for each in contract.deprecations:
            value = msgspec.json.decode(each.value) if each.value else _ABSENT
            watched = _Watched(each, _steps(each.at), value)
            channel, event = contract.events.get(each.tag, (None, None))
            if channel is not None and isinstance(event, ServerEvent):
                self._heard[channel.name].append(watched)
            else:
                self._by_tag[each.tag].append(watched)

    def watch(self, observer: Observer, carrier: Carrier) -> None:
        """Look over a new connection's shoulder, if there is anything to look for."""
        if self._by_tag or self._heard:
            observer.uses = Uses(self, carrier)

    def used(self, decoded: Decoded) -> Iterator[_Watched]:
        """What a frame of a client uses."""
        match decoded:
            case EventFrame(event=event):
                yield from self._in(event.tag, lambda: _plain(decoded))
            case State(address=address, state=state):
                tag = f"{self._channel(address)}.$state"
                yield from self._in(tag, lambda: msgspec.json.decode(state))
            case Join(address=address):
                yield from self._by_tag.get(f"{self._channel(address)}.$join", ())
            case _:
                pass

    def heard(self, join: Join) -> list[_Watched]:
        """What a member of a channel will hear of."""
        return self._heard.get(self._channel(join.address), [])

    def _in(self, tag: str, payload: Callable[[], object]) -> Iterator[_Watched]:
        found = self._by_tag.get(tag, ())
        is_inside = any(each.steps or each.value is not _ABSENT for each in found)
        value = payload() if is_inside else None
        for each in found:
            if not each.label or each.stands_in(value):
                yield each

    def _channel(self, address: str) -> str:
        place = self._router.find(address)
        return place.channel.name if isinstance(place, Place) else ""


class Uses:
    """Of one connection."""

    __slots__ = ("_all", "_asks", "_carrier", "_told")

    def __init__(self, all_: Deprecations, carrier: Carrier) -> None:
        self._all = all_
        self._carrier = carrier
        self._asks = False
        self._told: set[Deprecation] = set()

    def came(self, decoded: Decoded, phase: Phase) -> None:
        """A frame was read: count what it uses, and tell the client if it wants to know."""
        if phase is not Phase.READY:
            if isinstance(decoded, Hello):
                self._asks = DEPRECATIONS in decoded.info.capabilities
            return
        version = self._carrier.version
        for each in self._all.used(decoded):
            self._all.tally.deprecated[each.deprecation.tag, each.label, version] += 1
            self._tell(each.deprecation, heard=False)
        # Who speaks the newest version knows it from its own contract, where it listens.
        if isinstance(decoded, Join) and version != self._all.version:
            for each in self._all.heard(decoded):
                self._tell(each.deprecation, heard=True)

    def _tell(self, about: Deprecation, *, heard: bool) -> None:
        if not self._asks or about in self._told:
            return
        self._told.add(about)
        info = DeprecatedInfo(
            tag=about.tag,
            at=about.at,
            value=about.value,
            since=about.since,
            sunset=about.sunset,
            use=about.use,
            heard=heard,
        )
        self._carrier.carry_out([Send(encode(Deprecated(info)))])


def _plain(frame: EventFrame) -> object:
    """The payload as JSON has it; a relay's is text still."""
    if isinstance(frame.event, RelayEvent):
        return msgspec.json.decode(frame.raw)
    return msgspec.to_builtins(frame.payload)


def _steps(pointer: str) -> tuple[str, ...]:
    steps = pointer.split("/")[1:]
    return tuple(each.replace("~1", "/").replace("~0", "~") for each in steps)


def _at(value: Any, steps: tuple[str, ...]) -> Iterator[object]:
    """What stands at a place; `*` goes through every item, and every property."""
    if not steps:
        yield value
        return
    first, *rest = steps
    inside: Iterable[Any] = ()
    if isinstance(value, dict):
        inside = value.values() if first == "*" else [value.get(first, _ABSENT)]
    elif isinstance(value, list) and first == "*":
        inside = value
    for each in inside:
        if each is not _ABSENT:
            yield from _at(each, tuple(rest))
