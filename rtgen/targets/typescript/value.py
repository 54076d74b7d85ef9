"""The value that a generated check looks at."""

from dataclasses import dataclass

from rtgen.targets.typescript.pointers import Place


@dataclass(frozen=True, slots=True)
class Value:
    """A value to check: the variable that holds it, where it stands, and its path for names of constants."""

    variable: str
    place: Place
    path: tuple[str, ...]
    optional: bool = False
    """Whether it may be `undefined`."""

    @property
    def is_whole(self) -> bool:
        """Whether it is what its function was called with."""
        return len(self.path) == 1

    def unless_absent(self, *conditions: str) -> tuple[str, ...]:
        """The conditions, after the one that the value is there at all."""
        return (f"{self.variable} !== undefined", *conditions) if self.optional else conditions
