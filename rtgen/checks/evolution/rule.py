"""What a rule about two versions is, and what it says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from rtgen.checks.evolution.traffic import Crossing, Order
from rtgen.schema.types import Json
from rtgen.source.span import Span

if TYPE_CHECKING:
    from rtgen.checks.evolution.pair import Pair


class Level(StrEnum):
    """What breaks."""

    WIRE = "wire"
    """A message is refused."""
    SOURCE = "source"
    """Code that uses what is generated no longer compiles, or no longer handles every case."""
    BEHAVIOUR = "behaviour"
    """Everything is accepted, and means something else."""
    POLICY = "policy"
    """A promise about versions is not kept: a sunset, a version number, a name that was given up."""


class Verdict(StrEnum):
    """How sure it is."""

    BREAKING = "breaking"
    UNDECIDED = "undecided"
    """Two schemas can't be compared; the reason says which part."""
    SAFE = "safe"


@dataclass(frozen=True, slots=True)
class Shown:
    """A value that shows a breach: valid where it comes from, refused where it arrives."""

    value: Json
    pointer: str
    word: str
    """The word of the schema that refuses it."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a change is about: names of the contract's own, empty where it is about more than that."""

    channel: str = ""
    event: str = ""
    part: str = ""
    """`payload`, `reply`, `presence`, `parameters`, `claims`, `data of <error>`; empty for the whole event."""
    pointer: str = ""

    def __str__(self) -> str:
        names = ".".join(each for each in (self.channel, self.event) if each)
        part = f" {self.part}" if self.part else ""
        return f"{names}{part}{' ' + self.pointer if self.pointer else ''}".strip() or "contract"


@dataclass(frozen=True, slots=True)
class Breach:
    """One change and whom it breaks. A safe one is kept too: a changelog has all of them."""

    message: str
    place: Place
    verdict: Verdict
    orders: tuple[Order, ...] = tuple(Order)
    """The orders of deployment in which it matters."""
    crossing: Crossing | None = None
    """Who sends and who reads, where a value shows it."""
    shown: Shown | None = None
    old_span: Span | None = field(default=None, compare=False)
    new_span: Span | None = field(default=None, compare=False)
    until: date | None = None
    """Until when records of before are kept, where these make it matter."""


SERVER_FIRST = (Order.SERVER_FIRST,)
CLIENT_FIRST = (Order.CLIENT_FIRST,)


class Placed(Protocol):
    """Part of a contract that stands somewhere in a file."""

    @property
    def span(self) -> Span | None:
        """Where."""
        ...


def breach(message: str, place: Place, *, orders: tuple[Order, ...] = tuple(Order), old: Placed, new: Placed) -> Breach:
    """A breach that needs no value to show it: it is plain from the contracts."""
    return Breach(message, place, Verdict.BREAKING, orders, None, None, old.span, new.span)


@dataclass(frozen=True, slots=True)
class BreakingRule:
    """One rule about two versions, one file. The `id` never changes its meaning.

    `breaking` and `harmless` are pairs of contracts' pieces, old and new: the rule speaks of the first pair at its own
    level, and not of the second. They are shown by `rtgen explain`, and they are tests that run both versions.
    """

    id: str
    level: Level
    summary: str
    why: str
    fix: str
    check: "Callable[[Pair], Iterable[Breach]]"
    breaking: tuple[str, str]
    harmless: tuple[str, str]
    sums_up: bool = False
    """Whether it looks at what all other rules found (`Pair.step`)."""
