"""The rules of the conversation as data: which frame is allowed when, and what follows.

Rules for maintainers: all legality lives in these two tables, `session.py` only carries out what they say, and
every pair is present, so that a reader can check them against docs/protocol.md line by line.
"""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final


class Phase(Enum):
    """Where a connection stands."""

    __hash__ = object.__hash__  # that of Enum is written in Python

    WAITING = auto()
    """For `$hello`."""
    VERIFYING = auto()
    """For the answer to the question whose token it is."""
    READY = auto()
    CLOSED = auto()


class FrameKind(Enum):
    """What a client may send."""

    __hash__ = object.__hash__  # that of Enum is written in Python

    HELLO = auto()
    JOIN = auto()
    LEAVE = auto()
    HISTORY = auto()
    EVENT = auto()
    AUTH = auto()
    STATE = auto()
    MEMBERS = auto()
    PING = auto()
    PONG = auto()
    IGNORED = auto()
    """An unknown `$` tag."""
    REFUSED = auto()
    """Malformed, invalid or unknown."""


class Rule(Enum):
    """What the session does with a frame."""

    __hash__ = object.__hash__  # that of Enum is written in Python

    GREET = auto()
    JOIN = auto()
    LEAVE = auto()
    HISTORY = auto()
    EVENT = auto()
    RENEW = auto()
    SHOW = auto()
    LIST = auto()
    HOLD = auto()
    """Keep it unread, in its order, until the phase changes; it is judged by the phase it is read in."""
    ANSWER_PING = auto()
    NOTE = auto()
    """It was a sign of life; nothing else."""
    EXPLAIN = auto()
    """Answer `$error` and go on."""
    BREAK = auto()
    """Answer `$error` and close: the client broke the protocol."""
    DROP = auto()


RULES: Final[Mapping[tuple[Phase, FrameKind], Rule]] = {
    (Phase.WAITING, FrameKind.HELLO): Rule.GREET,
    (Phase.WAITING, FrameKind.JOIN): Rule.BREAK,
    (Phase.WAITING, FrameKind.LEAVE): Rule.BREAK,
    (Phase.WAITING, FrameKind.HISTORY): Rule.BREAK,
    (Phase.WAITING, FrameKind.EVENT): Rule.BREAK,
    (Phase.WAITING, FrameKind.AUTH): Rule.BREAK,
    (Phase.WAITING, FrameKind.STATE): Rule.BREAK,
    (Phase.WAITING, FrameKind.MEMBERS): Rule.BREAK,
    (Phase.WAITING, FrameKind.PING): Rule.BREAK,
    (Phase.WAITING, FrameKind.PONG): Rule.BREAK,
    (Phase.WAITING, FrameKind.IGNORED): Rule.BREAK,
    (Phase.WAITING, FrameKind.REFUSED): Rule.BREAK,
    (Phase.VERIFYING, FrameKind.HELLO): Rule.HOLD,
    (Phase.VERIFYING, FrameKind.JOIN): Rule.HOLD,
    (Phase.VERIFYING, FrameKind.LEAVE): Rule.HOLD,
    (Phase.VERIFYING, FrameKind.HISTORY): Rule.HOLD,
    (Phase.VERIFYING, FrameKind.EVENT): Rule.HOLD,
    (Phase.VERIFYING, FrameKind.AUTH): Rule.HOLD,
    (Phase.VERIFYING, FrameKind.STATE): Rule.HOLD,
    (Phase.VERIFYING, FrameKind.MEMBERS): Rule.HOLD,
    (Phase.VERIFYING, FrameKind.PING): Rule.HOLD,
    (Phase.VERIFYING, FrameKind.PONG): Rule.HOLD,
    (Phase.VERIFYING, FrameKind.IGNORED): Rule.HOLD,
    (Phase.VERIFYING, FrameKind.REFUSED): Rule.HOLD,
    (Phase.READY, FrameKind.HELLO): Rule.BREAK,
    (Phase.READY, FrameKind.JOIN): Rule.JOIN,
    (Phase.READY, FrameKind.LEAVE): Rule.LEAVE,
    (Phase.READY, FrameKind.HISTORY): Rule.HISTORY,
    (Phase.READY, FrameKind.EVENT): Rule.EVENT,
    (Phase.READY, FrameKind.AUTH): Rule.RENEW,
    (Phase.READY, FrameKind.STATE): Rule.SHOW,
    (Phase.READY, FrameKind.MEMBERS): Rule.LIST,
    (Phase.READY, FrameKind.PING): Rule.ANSWER_PING,
    (Phase.READY, FrameKind.PONG): Rule.NOTE,
    (Phase.READY, FrameKind.IGNORED): Rule.NOTE,
    (Phase.READY, FrameKind.REFUSED): Rule.EXPLAIN,
    (Phase.CLOSED, FrameKind.HELLO): Rule.DROP,
    (Phase.CLOSED, FrameKind.JOIN): Rule.DROP,
    (Phase.CLOSED, FrameKind.LEAVE): Rule.DROP,
    (Phase.CLOSED, FrameKind.HISTORY): Rule.DROP,
    (Phase.CLOSED, FrameKind.EVENT): Rule.DROP,
    (Phase.CLOSED, FrameKind.AUTH): Rule.DROP,
    (Phase.CLOSED, FrameKind.STATE): Rule.DROP,
    (Phase.CLOSED, FrameKind.MEMBERS): Rule.DROP,
    (Phase.CLOSED, FrameKind.PING): Rule.DROP,
    (Phase.CLOSED, FrameKind.PONG): Rule.DROP,
    (Phase.CLOSED, FrameKind.IGNORED): Rule.DROP,
    (Phase.CLOSED, FrameKind.REFUSED): Rule.DROP,
}


class MembershipPhase(Enum):
    """Where a membership stands."""

    JOINING = auto()
    JOINED = auto()
    PAUSED = auto()
    """Told to come back by `$resync`: still a member, but nothing is delivered until it joins again."""
    ENDED = auto()


class MembershipInput(Enum):
    """What happens to a membership."""

    JOIN_AGAIN = auto()
    LEAVE = auto()
    GRANT = auto()
    REFUSE = auto()
    RESYNC = auto()
    """Continuity was lost."""
    PUT_OUT = auto()
    """The server ends it with `$left`."""
    DISCONNECT = auto()


MEMBERSHIP: Final[Mapping[tuple[MembershipPhase, MembershipInput], MembershipPhase]] = {
    (MembershipPhase.JOINING, MembershipInput.JOIN_AGAIN): MembershipPhase.ENDED,
    (MembershipPhase.JOINING, MembershipInput.LEAVE): MembershipPhase.ENDED,
    (MembershipPhase.JOINING, MembershipInput.GRANT): MembershipPhase.JOINED,
    (MembershipPhase.JOINING, MembershipInput.REFUSE): MembershipPhase.ENDED,
    (MembershipPhase.JOINING, MembershipInput.RESYNC): MembershipPhase.JOINING,
    (MembershipPhase.JOINING, MembershipInput.PUT_OUT): MembershipPhase.ENDED,
    (MembershipPhase.JOINING, MembershipInput.DISCONNECT): MembershipPhase.ENDED,
    (MembershipPhase.JOINED, MembershipInput.JOIN_AGAIN): MembershipPhase.ENDED,
    (MembershipPhase.JOINED, MembershipInput.LEAVE): MembershipPhase.ENDED,
    (MembershipPhase.JOINED, MembershipInput.GRANT): MembershipPhase.JOINED,
    (MembershipPhase.JOINED, MembershipInput.REFUSE): MembershipPhase.JOINED,
    (MembershipPhase.JOINED, MembershipInput.RESYNC): MembershipPhase.PAUSED,
    (MembershipPhase.JOINED, MembershipInput.PUT_OUT): MembershipPhase.ENDED,
    (MembershipPhase.JOINED, MembershipInput.DISCONNECT): MembershipPhase.ENDED,
    (MembershipPhase.PAUSED, MembershipInput.JOIN_AGAIN): MembershipPhase.ENDED,
    (MembershipPhase.PAUSED, MembershipInput.LEAVE): MembershipPhase.ENDED,
    (MembershipPhase.PAUSED, MembershipInput.GRANT): MembershipPhase.PAUSED,
    (MembershipPhase.PAUSED, MembershipInput.REFUSE): MembershipPhase.PAUSED,
    (MembershipPhase.PAUSED, MembershipInput.RESYNC): MembershipPhase.PAUSED,
    (MembershipPhase.PAUSED, MembershipInput.PUT_OUT): MembershipPhase.ENDED,
    (MembershipPhase.PAUSED, MembershipInput.DISCONNECT): MembershipPhase.ENDED,
    (MembershipPhase.ENDED, MembershipInput.JOIN_AGAIN): MembershipPhase.ENDED,
    (MembershipPhase.ENDED, MembershipInput.LEAVE): MembershipPhase.ENDED,
    (MembershipPhase.ENDED, MembershipInput.GRANT): MembershipPhase.ENDED,
    (MembershipPhase.ENDED, MembershipInput.REFUSE): MembershipPhase.ENDED,
    (MembershipPhase.ENDED, MembershipInput.RESYNC): MembershipPhase.ENDED,
    (MembershipPhase.ENDED, MembershipInput.PUT_OUT): MembershipPhase.ENDED,
    (MembershipPhase.ENDED, MembershipInput.DISCONNECT): MembershipPhase.ENDED,
}
