"""What is on for one client: the same object for all who have the same, so that a connection keeps one pointer."""

from collections.abc import Iterable, Mapping
from typing import Final
from weakref import WeakValueDictionary

import msgspec
from msgspec import Raw, Struct

from rtgen_runtime.declarations import Channel, Contract
from rtgen_runtime.flags.counting import FlagCounts
from rtgen_runtime.flags.declaring import FlagSet, Value


class Holding:
    """Values of all flags, and what follows from them."""

    __slots__ = ("__weakref__", "_counts", "kind", "on", "shut", "shut_tags", "values")

    def __init__(
        self,
        values: Mapping[str, Value],
        kind: Struct,
        doors: "Doors",
        counts: FlagCounts,
    ) -> None:
        self.values: Final = values
        """By name."""
        self.kind: Final = kind
        """The same as the Struct that programs get."""
        self.on: Final = frozenset(name for name, value in values.items() if value)
        """Flags whose value is not false."""
        self.shut: Final = doors.channels(self.on)
        """Names of channels that it may not join."""
        self.shut_tags: Final = doors.tags(self.on)
        """Tags of events that it neither sends nor gets."""
        self._counts = counts.of(values)

    def since(self, before: "Holding") -> dict[str, Value]:
        """Values that are not those of before."""
        return {
            name: value
            for name, value in self.values.items()
            if before.values[name] != value
        }

    def came(self, tag: str) -> None:
        """A member has sent an event."""
        self._counts.event(tag)

    def lets(self, tag: str) -> bool:
        """Whether an event that has come may be sent; counts it."""
        self.came(tag)
        return tag not in self.shut_tags

    def refused(self, code: str) -> None:
        """A frame of this client got an error for an answer."""
        self._counts.error(code)

    def given(self, flags: Iterable[str]) -> None:
        """A client is told what these flags are for it."""
        self._counts.given(flags)


class Doors:
    """What stands behind which flag."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        listed = tuple(channels)
        self._channels = {each.name: each.flag for each in listed if each.flag}
        self._tags = {
            event.tag: event.flag
            for channel in listed
            for event in channel.events
            if event.flag
        }

    def channels(self, on: frozenset[str]) -> frozenset[str]:
        """Those that are shut for who has these flags."""
        return frozenset(
            name for name, flag in self._channels.items() if flag not in on
        )

    def tags(self, on: frozenset[str]) -> frozenset[str]:
        """The same of events."""
        return frozenset(tag for tag, flag in self._tags.items() if flag not in on)


class Holdings:
    """All combinations that somebody has now."""

    def __init__(self, contract: Contract, flags: FlagSet, counts: FlagCounts) -> None:
        self._kind = flags.kind
        self._counts = counts
        self._doors = Doors(contract.channels)
        self._made: WeakValueDictionary[tuple[Value, ...], Holding] = (
            WeakValueDictionary()
        )

    def of(self, values: Mapping[str, Value]) -> Holding:
        """The one of these values."""
        key = tuple(values.values())
        held = self._made.get(key)
        if held is None:
            kind = msgspec.convert(dict(values), self._kind)
            held = Holding(values, kind, self._doors, self._counts)
            self._made[key] = held
        return held


def on(held: Holding | None) -> frozenset[str]:
    """The flags that are on; of a client before its welcome none."""
    return frozenset() if held is None else held.on


def visible(
    held: Holding | None, state: tuple[tuple[str, Raw], ...]
) -> tuple[tuple[str, Raw], ...]:
    """The newest values that a client may see."""
    if held is None or not held.shut_tags:
        return state
    return tuple(each for each in state if each[0] not in held.shut_tags)
