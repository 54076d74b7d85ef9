"""What a client's machine asks its driver to do: small frozen values, in the order in which to do them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from msgspec import UNSET, UnsetType

from rtgen_runtime.client.decoding import IncomingEvent
from rtgen_runtime.codes import CloseCode
from rtgen_runtime.frames import ErrorInfo, JoinedInfo
from rtgen_runtime.presence.frames import Presence


class Lost(StrEnum):
    """Why a request has no answer."""

    DISCONNECTED = "disconnected"
    TIMEOUT = "timeout"


class Status(StrEnum):
    """How a client's connection stands."""

    IDLE = "idle"
    CONNECTING = "connecting"
    READY = "ready"
    RECONNECTING = "reconnecting"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Open:
    """Get a token, open a socket, and report `opened` or `lost`. `url` is empty for the client's own."""

    link: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Transmit:
    """Send one text frame."""

    link: int
    frame: bytes


@dataclass(frozen=True, slots=True)
class HangUp:
    """Close a socket, or stop opening it. Nothing more is expected of it."""

    link: int
    code: int
    reason: str

    @classmethod
    def because(cls, link: int, code: CloseCode) -> "HangUp":
        """With a code of ours."""
        return cls(link, code.code, code.reason)


@dataclass(frozen=True, slots=True)
class JoinSettled:
    """A join was answered: with `info`, or for good with `error`.

    `lost_continuity` is a reason, empty where nothing is lost.
    """

    address: str
    info: JoinedInfo | None = None
    error: ErrorInfo | None = None
    lost_continuity: str = ""


@dataclass(frozen=True, slots=True)
class JoinPostponed:
    """A join was refused for now, or not answered in time; it is tried again."""

    address: str
    error: ErrorInfo


@dataclass(frozen=True, slots=True)
class EventArrived:
    """An event for the listeners of a channel; its payload is not checked yet.

    `position` is where the membership stands after it; `None` for one that is not recorded.
    """

    event: IncomingEvent
    position: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class PresenceHeard:
    """Somebody came, changed or went in a channel that is joined."""

    frame: Presence


@dataclass(frozen=True, slots=True)
class RequestSettled:
    """A request has its outcome: a reply, an error, or neither, and then why."""

    ref: int
    payload: bytes | None = None
    error: ErrorInfo | None = None
    lost: Lost | None = None


@dataclass(frozen=True, slots=True)
class Greeted:
    """The connection is ready; what is on for this client, as the server has told."""

    session: str
    flags: dict[str, Any] | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class FlagsHeard:
    """Some flags are different for this client now."""

    flags: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """`reason` says why the last connection ended."""

    status: Status
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TokenNeeded:
    """Get a token, then call `renew`, or `not_renewed`."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The client is closed for good."""

    code: int
    reason: str


ClientEffect = (
    Open
    | Transmit
    | HangUp
    | JoinSettled
    | JoinPostponed
    | EventArrived
    | PresenceHeard
    | RequestSettled
    | Greeted
    | FlagsHeard
    | StatusChanged
    | TokenNeeded
    | Ended
)
