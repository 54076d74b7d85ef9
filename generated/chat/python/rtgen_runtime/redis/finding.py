"""Something about a Redis that is to be changed: what is wrong, and what to do."""

import logging
from dataclasses import dataclass
from typing import Final

from rtgen_runtime.errors import CannotOpenStore

_logger: Final = logging.getLogger("rtgen.redis")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to change. `is_fatal`: a node does not start; `is_strict`: nor does one with `strict=yes`."""

    words: str
    change: str
    is_fatal: bool = False
    is_strict: bool = False

    def __str__(self) -> str:
        return f"{self.words}: {self.change}"

    def ends(self, *, strict: bool) -> bool:
        """Whether a node does not start for it."""
        return self.is_fatal or (strict and self.is_strict)

    def insist(self, *, strict: bool) -> None:
        """Log it, unless it is to keep a node from starting.

        Raises:
            CannotOpenStore: It is.
        """
        if self.ends(strict=strict):
            raise CannotOpenStore(str(self))
        _logger.warning("%s", self)
