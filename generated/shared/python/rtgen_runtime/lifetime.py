"""How old a connection may get: then its client is asked to move, as when a server drains.

It spreads connections anew over the nodes behind a balancer, and bounds what an old one can keep alive.
"""

from dataclasses import dataclass
from typing import Final

from rtgen_runtime.draining import asked
from rtgen_runtime.frames import DrainInfo


@dataclass(slots=True, eq=False)
class Lifetime:
    """One connection's; times are those of the session's clock. The client has `within` seconds to move."""

    ends: float = float("inf")
    within: float = 0.0
    _asked: bool = False

    @classmethod
    def of(
        cls, started: float, age: float | None, within: float, chance: float
    ) -> "Lifetime":
        """About `age` seconds, up to a tenth more or less: `chance` (0 to 1) says how much. `None` for ever."""
        if age is None:
            return FOR_EVER
        return cls(started + age * (0.9 + 0.2 * chance), within)

    def next_deadline(self) -> float:
        """When there is something to do."""
        return self.ends + self.within if self._asked else self.ends

    def ask(self, now: float) -> DrainInfo | None:
        """What to tell the client now, if it is time; once."""
        if self._asked or now < self.ends:
            return None
        self._asked = True
        return asked(self.within)

    def is_over(self, now: float) -> bool:
        """Whether the client has not gone in the time it had."""
        return self._asked and now >= self.ends + self.within


FOR_EVER: Final = Lifetime()
"""Of all connections that are never asked to go for their age; it has nothing to remember."""
