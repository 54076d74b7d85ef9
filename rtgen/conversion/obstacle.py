"""What stands against a conversion."""

from dataclasses import dataclass, field

from rtgen.source.span import Span


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why values of one version can't be those of another, and what would help."""

    place: str
    """Whose value it is, such as `room.send payload`; empty where it is about the contract."""
    pointer: str
    """Where in the value; `*` stands for every item, or every value of a map."""
    message: str
    hint: str
    span: Span | None = field(default=None, compare=False)
    """In the contract as it is now."""

    def __str__(self) -> str:
        where = " ".join(each for each in (self.place, self.pointer) if each)
        return f"{where}: {self.message}" if where else self.message
