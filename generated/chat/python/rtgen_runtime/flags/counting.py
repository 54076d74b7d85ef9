"""What is counted by flag and value, so that those who have something can be compared with those who have it not.

Labels are names and values of the contract and codes of the protocol: sets that nobody outside can make larger.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from rtgen_runtime.flags.declaring import Value

Share = tuple[str, str]
"""A flag and a value of it, as labels."""


def share_of(flag: str, value: Value) -> Share:
    """As labels: `true`, `false`, or the name of a variant."""
    return flag, value if isinstance(value, str) else str(value).lower()


class FlagCounts:
    """Of one app; everything is public, and `exposition` reads it."""

    def __init__(self) -> None:
        self.given: Final[dict[Share, int]] = defaultdict(int)
        self.events: Final[dict[Share, dict[str, int]]] = {}
        self.errors: Final[dict[Share, dict[str, int]]] = {}

    def of(self, values: Mapping[str, Value]) -> "Counting":
        """For those who have these values."""
        return Counting(self, values)


class Counting:
    """Adds to what belongs to some values, one of each flag."""

    __slots__ = ("_errors", "_events", "_given", "_shares")

    def __init__(self, counts: FlagCounts, values: Mapping[str, Value]) -> None:
        self._shares = {name: share_of(name, value) for name, value in values.items()}
        self._given = counts.given
        shares = self._shares.values()
        self._events = [_table(counts.events, each) for each in shares]
        self._errors = [_table(counts.errors, each) for each in shares]

    def given(self, flags: Iterable[str]) -> None:
        """A client is told what these flags are for it."""
        for each in flags:
            self._given[self._shares[each]] += 1

    def event(self, tag: str) -> None:
        """An event has come."""
        for each in self._events:
            each[tag] += 1

    def error(self, code: str) -> None:
        """A frame got an error for an answer."""
        for each in self._errors:
            each[code] += 1


def _table(tables: dict[Share, dict[str, int]], share: Share) -> dict[str, int]:
    return tables.setdefault(share, defaultdict(int))
