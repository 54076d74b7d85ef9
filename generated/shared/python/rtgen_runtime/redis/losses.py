"""What each channel does while Redis is away, by the contract or by the one who runs the server, and how often it did.

It is about what nothing keeps. What is kept needs Redis, and fails without it whatever is said here.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from rtgen_runtime.declarations import Channel, Loss
from rtgen_runtime.errors import Issue
from rtgen_runtime.router import Place

Find = Callable[[str], Place | list[Issue] | None]
"""See `Router.find`."""


class Losses:
    """`always` is said for all channels, whatever the contract says."""

    def __init__(
        self, channels: Iterable[Channel], find: Find, always: Loss | None = None
    ) -> None:
        self.modes: dict[str, Loss] = {
            each.name: always or each.on_broker_loss for each in channels
        }
        """By the name of the channel."""
        self.refused: Counter[str] = Counter()
        """Joins and events that were refused, by channel."""
        self.alone: Counter[str] = Counter()
        """Events that only this node's members got, by channel."""
        self._find = find
        self._always: Loss = always or "local"

    def of(self, address: str) -> Loss:
        """What happens there."""
        return self.modes.get(self._channel(address), self._always)

    def note_refused(self, address: str) -> None:
        """Something was refused."""
        self.refused[self._channel(address)] += 1

    def note_alone(self, address: str) -> None:
        """The other nodes were not told of something."""
        self.alone[self._channel(address)] += 1

    @property
    def all_refuse(self) -> bool:
        """Whether nothing at all goes on."""
        return bool(self.modes) and set(self.modes.values()) == {"refuse"}

    @property
    def words(self) -> str:
        """Which channels do what, such as `room refuses, lobby goes on locally`."""
        verbs = {"refuse": "refuses", "local": "goes on locally"}
        return ", ".join(f"{name} {verbs[mode]}" for name, mode in self.modes.items())

    def _channel(self, address: str) -> str:
        place = self._find(address)
        return place.channel.name if isinstance(place, Place) else ""
