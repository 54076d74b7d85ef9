"""What a contract says about its flags: tables, no behaviour."""

from dataclasses import dataclass
from typing import TypeAlias

from msgspec import Struct

Value: TypeAlias = bool | str
"""Of a flag without variants true or false; else the name of a variant, or false."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One of several values; one of twice the weight is had by twice as many people."""

    name: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Flag:
    """On for `percent` of a hundred people; `default` is the variant of the others, empty for `false`."""

    name: str
    description: str = ""
    percent: float = 0.0
    variants: tuple[Variant, ...] = ()
    default: str = ""

    @property
    def off(self) -> Value:
        """Its value for those who have it not."""
        return self.default or False

    @property
    def values(self) -> tuple[Value, ...]:
        """All that it can be, `off` first."""
        if not self.variants:
            return (False, True)
        names = (each.name for each in self.variants)
        return (self.off, *(each for each in names if each != self.off))


@dataclass(frozen=True, slots=True)
class FlagSet:
    """All flags of a contract; `kind` is the Struct that programs get, with an attribute for each."""

    kind: type[Struct]
    flags: tuple[Flag, ...]
