"""Sockets that are no WebSocket yet: so many of one address, and no more.

A handshake takes milliseconds. Who opens sockets and says nothing holds them until the time limit; without a bound
one machine could take all file descriptors. Behind a proxy all clients have its address, so the bound is generous, and
there is none for proxies that the app trusts: they have bounds of their own.
"""

from collections.abc import Container
from dataclasses import dataclass, field


@dataclass(slots=True)
class HalfOpen:
    """How many there are, by address; `most` of each, `None` for no bound."""

    most: int | None
    unbounded: Container[str] = ()
    """Addresses that have no bound."""
    _counts: dict[str, int] = field(default_factory=dict)

    def enter(self, address: str) -> bool:
        """One more; false where there is no room, and then it is not counted."""
        count = self._counts.get(address, 0)
        is_full = self.most is not None and count >= self.most
        if is_full and address not in self.unbounded:
            return False
        self._counts[address] = count + 1
        return True

    def leave(self, address: str) -> None:
        """One has become a WebSocket, or is gone."""
        count = self._counts[address] - 1
        if count:
            self._counts[address] = count
        else:
            del self._counts[address]

    @property
    def total(self) -> int:
        """Of all addresses."""
        return sum(self._counts.values())
