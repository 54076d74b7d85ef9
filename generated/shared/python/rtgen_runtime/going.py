"""What is going away says so to who still uses it: to type checkers and editors, and at run time once a place."""

import functools
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    # PEP 702; type checkers bring this module with them, nobody has to install it.
    from typing_extensions import deprecated
else:
    P = ParamSpec("P")
    R = TypeVar("R")

    def deprecated(message: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """A function whose every call warns; Python's filters show each calling line once."""

        def mark(function: Callable[P, R]) -> Callable[P, R]:
            @functools.wraps(function)
            def warned(*args: P.args, **kwargs: P.kwargs) -> R:
                warnings.warn(message, DeprecationWarning, stacklevel=2)
                return function(*args, **kwargs)

            return warned

        return mark


__all__ = ["deprecated"]
