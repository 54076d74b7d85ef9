"""What a fault is: it is done to a world for some seconds, and undone."""

from collections.abc import Awaitable, Callable

from chaos.world import World

Deed = Callable[[World, float], Awaitable[str]]
"""Does something for so many seconds; what exactly, in words."""


class Deeds(dict[str, Deed]):
    """Some that can be chosen, by name; it decorates them."""

    def __call__(self, act: Deed) -> Deed:
        """One more."""
        self[act.__name__.replace("_", "-")] = act
        return act
