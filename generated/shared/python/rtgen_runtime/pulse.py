"""A connection's signs of life: when to ping, and when to give up."""

from dataclasses import dataclass

from rtgen_runtime.declarations import Heartbeat


@dataclass(slots=True)
class Pulse:
    """One connection's. Any frame is a sign of life; times are those of the session's clock."""

    heartbeat: Heartbeat
    heard: float = 0.0
    _next_ping: float = float("inf")
    _pinged: float = float("-inf")
    """When the ping was sent that is not answered yet."""

    def start(self, now: float, phase_shift: float) -> None:
        """Ping from now on; `phase_shift` (0 to 1) is the part of the interval that passes before the first one."""
        self._next_ping = now + self.heartbeat.every * phase_shift

    def next_deadline(self) -> float:
        """When there is something to do."""
        return min(self._next_ping, self._silent_at)

    def is_silent(self, now: float) -> bool:
        """Whether the peer is given up."""
        return now >= self._silent_at

    def ping(self, now: float) -> int | None:
        """The tick to send now, if it is time."""
        if now < self._next_ping:
            return None
        self._next_ping = now + self.heartbeat.every
        self._pinged = now
        return int(now)

    def round_trip(self, tick: int, now: float) -> float | None:
        """Seconds from the last ping to this pong; `None` where it answers another one, or answers again."""
        if self._pinged < 0 or int(self._pinged) != tick:
            return None
        sent, self._pinged = self._pinged, float("-inf")
        return max(0.0, now - sent)

    @property
    def _silent_at(self) -> float:
        return self.heard + self.heartbeat.every + self.heartbeat.slack
