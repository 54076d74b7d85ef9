"""What the log says of a store that is away: each request of each client meets it, so there is a most a second."""

import logging
import time
from typing import Final

from rtgen_runtime.observing.journal import Kind
from rtgen_runtime.observing.records import Told

MOST: Final = 10
"""Lines in a second; the next one says how many were left out."""

_lines: Final = Kind(logging.getLogger("rtgen"), MOST, time.monotonic)


def tell_away(problem: Exception, words: str = "", **values: object) -> None:
    """Write that something could not be done; `words` say what came of it."""
    if _lines.is_open(logging.WARNING):
        said = f"store unavailable{words and f', {words}'}: {problem}"
        _lines.write(logging.WARNING, Told(said, **values))
