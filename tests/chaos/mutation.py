"""What a broken mechanism is: done to a node before it serves, and brought to light by some faults."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from delivery.report import Invariant

SECONDS: Final = 24.0
"""Of a play, without its quiet end."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One of them. Of the faults that it `needs` to show there are so many in so many `seconds`.

    The checker finds that `breaks` does not hold; `None`: other mechanisms make it good, and it finds nothing at all.
    """

    words: str
    apply: Callable[[], None]
    breaks: Invariant | None
    needs: Sequence[str]
    faults: int
    seconds: float


class Mutations(dict[str, Mutation]):
    """Some that can be chosen, by name."""

    def __call__(
        self, breaks: Invariant | None, *needs: str, faults: int = 4, seconds: float = SECONDS
    ) -> Callable[[Callable[[], None]], Callable[[], None]]:
        """Decorates one more."""

        def note(apply: Callable[[], None]) -> Callable[[], None]:
            words = (apply.__doc__ or "").strip().rstrip(".")
            name = apply.__name__.replace("_", "-")
            self[name] = Mutation(words, apply, breaks, needs, faults, seconds)
            return apply

        return note


def replace(owner: object, name: str, by: object) -> None:
    """Put something in the place of what is there."""
    assert hasattr(owner, name), f"{owner!r} has no {name}"
    setattr(owner, name, by)
