"""What a server has told about flags: one object at a time, a new one whenever something changes."""

from types import NoneType
from typing import Any, Final

import msgspec
from msgspec import UnsetType

from rtgen_runtime.client.events import Events, Received
from rtgen_runtime.flags.declaring import Flag, FlagSet, Value

Told = dict[str, Any] | UnsetType
"""As it travels; a server whose contract has no flags tells nothing."""


class HeardFlags:
    """Of one client. Before the welcome, and for what this version of the contract does not know, a flag is off."""

    def __init__(self, declared: FlagSet | None) -> None:
        self._kind = NoneType if declared is None else declared.kind
        self._flags = () if declared is None else declared.flags
        self._values: dict[str, Value] = {}
        self.current: Any = None
        """What programs get; `None` in a contract without flags."""
        self.changes: Final[Events[Any]] = Events()
        self._take({each.name: each.off for each in self._flags})

    def welcomed(self, told: Told) -> None:
        """A connection serves: this is what holds, and all of it."""
        given = {} if isinstance(told, UnsetType) else told
        self._take({each.name: given.get(each.name) for each in self._flags})

    def hear(self, told: dict[str, Any]) -> None:
        """Some have changed."""
        self._take({**self._values, **told})

    def _take(self, given: dict[str, Any]) -> None:
        values = {
            each.name: given[each.name] if _can_be(each, given[each.name]) else each.off
            for each in self._flags
        }
        if values == self._values:
            return
        self._values = values
        self.current = msgspec.convert(values, self._kind)
        received = Received(self.current, 0, "")
        self.changes.emit(received)
        self.changes.keep("", received)


def _can_be(flag: Flag, value: object) -> bool:
    """Whether this version of the contract knows a value; an integer is no truth value."""
    return type(value) in {bool, str} and value in flag.values
