"""What a membership does, as data: `tests/conversations/transitions.json` is the same table for both clients.

Rules for maintainers: every pair is present; `memberships.py` only carries out what the table says.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class MemberPhase(StrEnum):
    """Where a membership stands, as its client sees it."""

    AWAY = "away"
    """Wanted, without a connection."""
    JOINING = "joining"
    JOINED = "joined"
    PAUSED = "paused"
    """Wanted, to be joined again later; nothing is delivered."""
    ENDED = "ended"


class MemberInput(StrEnum):
    """What happens to a membership. What carries an older generation happens to none."""

    ONLINE = "online"
    """There is a connection to join on."""
    OFFLINE = "offline"
    GRANTED = "granted"
    REFUSED = "refused"
    """For good."""
    POSTPONED = "postponed"
    """Refused for now, not answered in time, or put out with a verdict other than *never*."""
    PUT_OUT = "put out"
    """By `$left`, for good."""
    RESYNC = "resync"
    TIMER = "timer"
    """The time to join again has come."""
    LEAVE = "leave"


_A, _G, _J, _P, _E = (
    MemberPhase.AWAY,
    MemberPhase.JOINING,
    MemberPhase.JOINED,
    MemberPhase.PAUSED,
    MemberPhase.ENDED,
)

TRANSITIONS: Final[Mapping[MemberInput, Mapping[MemberPhase, MemberPhase]]] = {
    MemberInput.ONLINE: {_A: _G, _G: _G, _J: _J, _P: _P, _E: _E},
    MemberInput.OFFLINE: {_A: _A, _G: _A, _J: _A, _P: _A, _E: _E},
    MemberInput.GRANTED: {_A: _A, _G: _J, _J: _J, _P: _P, _E: _E},
    MemberInput.REFUSED: {_A: _A, _G: _E, _J: _J, _P: _P, _E: _E},
    MemberInput.POSTPONED: {_A: _A, _G: _P, _J: _P, _P: _P, _E: _E},
    MemberInput.PUT_OUT: {_A: _A, _G: _E, _J: _E, _P: _E, _E: _E},
    MemberInput.RESYNC: {_A: _A, _G: _G, _J: _P, _P: _P, _E: _E},
    MemberInput.TIMER: {_A: _A, _G: _G, _J: _J, _P: _G, _E: _E},
    MemberInput.LEAVE: {_A: _E, _G: _E, _J: _E, _P: _E, _E: _E},
}
