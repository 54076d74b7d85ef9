"""The channels a client wants to be in: where each stands, how far it has heard, when it is tried again.

Idea: the ref of a join is its generation; whatever carries an older one is about a membership that is over. While a
client moves to another connection (`$drain`) a membership has two generations: the older one delivers until the newer
one is granted, so nothing is missed in between; what both deliver is told apart by its offset.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from rtgen_runtime.client.backoff import LONGEST, STABLE, backoff
from rtgen_runtime.client.transitions import TRANSITIONS, MemberInput, MemberPhase
from rtgen_runtime.codes import Verdict
from rtgen_runtime.frames import JoinedInfo, Position

JOIN_PATIENCE: Final = 10.0
"""Seconds for the answer to a `$join`."""


@dataclass(slots=True)
class Member:
    """One address. `link` and `ref` are the generation that counts, `moving` the one that is to follow it."""

    address: str
    phase: MemberPhase = MemberPhase.AWAY
    link: int = 0
    ref: int = 0
    moving: tuple[int, int] | None = None
    known: bool = False
    """Whether it was joined before, so that a gap matters."""
    position: Position | None = None
    replay: tuple[int, int] | None = None
    """Missed events that are still to come, and the position that holds after the last of them."""
    failures: int = 0
    since: float = 0.0
    until: float = float("inf")
    """When it is due: an answer to its join, or the next try."""
    needs_token: bool = False
    """Put out until there is another token."""
    may_send: bool = False
    """Whether the server takes events: also while the client waits to come back after `$resync`."""

    def take(self, what: MemberInput) -> bool:
        """Move as the table says; whether the phase is another one now."""
        before = self.phase
        self.phase = TRANSITIONS[what][before]
        return self.phase is not before

    def begin(self, link: int, ref: int, now: float) -> None:
        """A join was sent."""
        self.phase = MemberPhase.JOINING
        self.link, self.ref, self.replay = link, ref, None
        self.until, self.needs_token, self.may_send = now + JOIN_PATIENCE, False, False

    def grant(self, info: JoinedInfo, now: float) -> str:
        """The join was answered with yes; why continuity was lost, empty if it was not."""
        caught_up = info.recovered and self.position is not None
        lost = (info.reason or "invalidated") if self.known and not caught_up else ""
        self.position, self.replay = self._after(info, caught_up=caught_up)
        self.known, self.may_send, self.since = True, True, now
        self.until = float("inf")
        return lost

    def _after(
        self, info: JoinedInfo, *, caught_up: bool
    ) -> tuple[Position, tuple[int, int] | None]:
        """While missed events are still to come the position is what was heard, not what the server has."""
        heard = self.position
        if not caught_up or heard is None:
            return (info.epoch, info.offset), None
        if heard[0] == info.epoch and heard[1] >= info.offset:
            # Another connection delivered it meanwhile, or there was nothing to miss: the server's word holds.
            return (info.epoch, heard[1] if self.moving else info.offset), None
        if info.replay <= 0:
            return (info.epoch, info.offset), None
        return (info.epoch, heard[1]), (info.replay, info.offset)

    def hears(self, offset: int) -> bool:
        """An event has come: whether it is to be delivered. The position moves past it."""
        if offset == 0 or self.position is None:
            return True
        epoch, heard = self.position
        if offset <= heard:
            return False
        if self.replay is None:
            self.position = (epoch, offset)
            return True
        left, top = self.replay
        is_last = left <= 1 or offset >= top
        self.replay = None if is_last else (left - 1, top)
        self.position = (epoch, max(offset, top) if is_last else offset)
        return True

    def pause(self, until: float) -> None:
        """Wait for the next try. What is missed meanwhile comes with the join."""
        self.until, self.replay, self.moving = until, None, None

    def put_off(
        self, again: str, now: float, random: Callable[[], float], least: float = 0.0
    ) -> None:
        """Refused for now, or put out: back-off of its own, at least `least` seconds."""
        stable = self.phase is MemberPhase.JOINED and now - self.since >= STABLE
        self.failures = 0 if stable else self.failures + 1
        exponent = max(self.failures, 1) if again == Verdict.BACKOFF else self.failures
        if again == Verdict.FRESH:
            self.position = None
        wait = max(backoff(exponent, random), min(least, LONGEST))
        self.take(MemberInput.POSTPONED)
        self.pause(now + wait)
        self.may_send = False

    def lost(self, link: int) -> bool:
        """A connection is gone; whether the membership rested on it alone."""
        if self.moving is not None and self.moving[0] == link:
            self.moving = None
        if self.link != link:
            return False
        self.link, self.replay, self.may_send = 0, None, False
        if self.moving is not None:
            (self.link, self.ref), self.moving = self.moving, None
            self.phase = MemberPhase.JOINING
            return False
        self.take(MemberInput.OFFLINE)
        self.until = float("inf")
        return True


@dataclass(slots=True)
class Memberships:
    """All of one client, by address."""

    by_address: dict[str, Member] = field(default_factory=dict)

    def of_join(self, link: int, ref: int) -> Member | None:
        """Whose join waits for an answer under this ref."""
        for member in self.by_address.values():
            is_waiting = member.phase is MemberPhase.JOINING
            if is_waiting and (member.link, member.ref) == (link, ref):
                return member
            if member.moving == (link, ref):
                return member
        return None

    def current(self, link: int, address: str) -> Member | None:
        """The membership that a frame of a connection speaks of, without its generation."""
        member = self.by_address.get(address)
        return member if member is not None and member.link == link else None

    def rest_on(self, link: int) -> bool:
        """Whether any still needs a connection."""
        return any(
            link == each.link or each.moving is not None
            for each in self.by_address.values()
        )

    def forget_positions(self) -> None:
        """They are worth nothing any more."""
        for member in self.by_address.values():
            member.position = None
