"""What a broken mechanism is: done to a node before it serves, and brought to light by some faults."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

SECONDS: Final = 24.0
"""Of a play, without its quiet end."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One of them. Of the faults that it `needs` to show there are so many in so many `seconds`.

    `is_mended`: it breaks what other mechanisms make good, so that the checker must find nothing.
    """

    words: str
    apply: Callable[[], None]
    needs: Sequence[str]
    faults: int
    is_mended: bool
    seconds: float


class Mutations(dict[str, Mutation]):
    """Some that can be chosen, by name."""

    def __call__(
        self, *needs: str, faults: int = 4, is_mended: bool = False, seconds: float = SECONDS
    ) -> Callable[[Callable[[], None]], Callable[[], None]]:
        """Decorates one more."""

        def note(apply: Callable[[], None]) -> Callable[[], None]:
            words = (apply.__doc__ or "").strip().rstrip(".")
            name = apply.__name__.replace("_", "-")
            self[name] = Mutation(words, apply, needs, faults, is_mended, seconds)
            return apply

        return note


def replace(owner: object, name: str, by: object) -> None:
    """Put something in the place of what is there."""
    assert hasattr(owner, name), f"{owner!r} has no {name}"
    setattr(owner, name, by)
