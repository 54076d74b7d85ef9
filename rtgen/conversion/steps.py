"""What a conversion consists of: a closed union of steps. `None` in place of a plan: the value stays as it is.

Steps say nothing of languages; a target writes them down. Objects with properties are always converted by the function
of their pair of types (`Call`), so that recursive types need nothing of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Call:
    """By the function for a pair of named types: what is sent, and what is read."""

    sent: str
    read: str


@dataclass(frozen=True, slots=True)
class Values:
    """Strings that become others; what is not listed stays."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """Every item of an array."""

    each: "Plan"


@dataclass(frozen=True, slots=True)
class Entries:
    """Every value of a map."""

    each: "Plan"


@dataclass(frozen=True, slots=True)
class Move:
    """A property that goes on, under the same name or another, converted or not."""

    sent: str
    read: str
    plan: "Plan | None" = None


@dataclass(frozen=True, slots=True)
class Fill:
    """A property that is given a value, as JSON text, where it is missing.

    `always` where whatever has the name means something else; `null` where it is `null`, and only there.
    """

    name: str
    text: str
    always: bool = False
    null: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """The properties of an object, in this order: some go, some are filled in, some move, some are filled in again.

    `only` names those that stay, where all others go; `None` where `dropped` lists those that go.
    """

    only: tuple[str, ...] | None = None
    dropped: tuple[str, ...] = ()
    before: tuple[Fill, ...] = ()
    """By names of what is sent, so that they move with the others."""
    moves: tuple[Move, ...] = ()
    after: tuple[Fill, ...] = ()
    """By names of what is read."""

    @property
    def changes_nothing(self) -> bool:
        """Whether all stays as it is."""
        return self.only is None and not (self.dropped or self.before or self.moves or self.after)


class JsonKind(StrEnum):
    """Kinds of values that a conversion can do something about."""

    STRING = "string"
    ARRAY = "array"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Tagged:
    """Objects with a constant in a property."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Case:
    """What is done with values of one case of a union."""

    test: JsonKind | Tagged
    plan: "Plan"


@dataclass(frozen=True, slots=True)
class Branch:
    """By the case of a union that a value is of; what is of none of these stays."""

    cases: tuple[Case, ...]


Plan = Call | Values | Items | Entries | Fields | Branch

Functions = Mapping[Call, Plan]
"""What each function does that some plan calls."""
