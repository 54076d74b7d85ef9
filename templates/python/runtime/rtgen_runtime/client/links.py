"""The connections of one client, and when to open the next: at most one that serves, one that leaves, one that comes.

A second one is there only while a client moves (`$drain`): it opens the new connection before it closes the old one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final
from urllib.parse import urlsplit

from msgspec import UNSET

from rtgen_runtime.client.backoff import LONGEST, STABLE, backoff
from rtgen_runtime.codes import Verdict
from rtgen_runtime.frames import ErrorInfo, WelcomeInfo

OPENING: Final = 10.0
"""Seconds for a token, a socket and the answer to `$hello`, together."""
_SHORTEST: Final = 1.0
"""Seconds of silence that are borne, whatever a server says."""


class LinkPhase(Enum):
    """Where a connection stands."""

    OPENING = auto()
    GREETING = auto()
    READY = auto()


@dataclass(slots=True)
class Link:
    """One connection. Silence is probed with a ping first, then given up."""

    number: int
    due: float
    """When it is given up, or probed."""
    phase: LinkPhase = LinkPhase.OPENING
    since: float = 0.0
    """Of the welcome."""
    said: str = ""
    """Why the server is about to close it."""
    wait: float = 0.0
    """Seconds after which the server wants to see this client again, if it does not let it in now."""
    last_ref: int | None = None
    """The highest ref that the server knew of at the welcome."""
    _patience: float = OPENING
    _slack: float = 0.0
    _probed: bool = False

    def welcomed(self, info: WelcomeInfo, now: float) -> None:
        """It serves from now on."""
        heartbeat = info.heartbeat
        self.last_ref = None if info.last_ref is UNSET else info.last_ref
        self.phase, self.since = LinkPhase.READY, now
        self._slack = max(heartbeat.slack, _SHORTEST) / 2
        self._patience = max(heartbeat.every, _SHORTEST) + self._slack
        self.heard(now)

    def heard(self, now: float) -> None:
        """A sign of life."""
        if self.phase is LinkPhase.READY:
            self.due, self._probed = now + self._patience, False

    def told(self, info: ErrorInfo) -> None:
        """The server says what is wrong; before the welcome that is why it will close."""
        self.said = self.said or info.message
        if self.phase is LinkPhase.GREETING:
            self.wait = min(max(info.retry_after, 0.0), LONGEST)

    def probe(self, now: float) -> bool:
        """It is silent: whether to ask it once more, rather than give it up."""
        if self.phase is not LinkPhase.READY or self._probed:
            return False
        # A machine that slept has heard nothing either, and its connection may be as good as before.
        self.due, self._probed = now + self._slack, True
        return True

    def why(self, reason: str) -> str:
        """Why it ended: an `$error` before the close says more than the close's own few bytes."""
        if self.phase is LinkPhase.GREETING and self.said:
            return self.said
        return reason or self.said

    def lived(self, now: float) -> float:
        """Seconds since the welcome."""
        return now - self.since if self.phase is LinkPhase.READY else 0.0

    def was_stable(self, now: float) -> bool:
        """Whether it lived long enough to forget the failures before it."""
        return self.lived(now) >= STABLE


@dataclass(slots=True)
class Attempts:
    """When to try again."""

    random: Callable[[], float]
    failures: int = 0

    def after(self, link: Link, verdict: Verdict, now: float) -> float:
        """When the next one is due, after one that ended so: not before the server wants to see this client."""
        self.failures = 0 if link.was_stable(now) else self.failures + 1
        least = 1 if verdict is Verdict.BACKOFF else 0
        return now + max(link.wait, backoff(max(self.failures, least), self.random))


def same_site(url: str, other: str) -> bool:
    """Whether a server may send its client to another URL: same scheme, host and port."""
    try:
        ours, theirs = (
            (each.scheme, each.hostname, each.port)
            for each in (urlsplit(url), urlsplit(other))
        )
    except ValueError:
        return False
    return ours == theirs
