"""What a client's machine asks its driver to do: small frozen values, in the order in which to do them."""

from dataclasses import dataclass

from rtgen_runtime.client.decoding import IncomingEvent
from rtgen_runtime.codes import CloseCode
from rtgen_runtime.frames import ErrorInfo, JoinedInfo
from rtgen_runtime.presence.frames import Presence


@dataclass(frozen=True, slots=True)
class Transmit:
    """Send one text frame."""

    frame: bytes


@dataclass(frozen=True, slots=True)
class HangUp:
    """Close the socket, then report `lost`."""

    code: CloseCode


@dataclass(frozen=True, slots=True)
class JoinSettled:
    """A join was answered: with `info`, or with `error`. `lost_continuity` is a reason, empty where nothing is lost."""

    address: str
    info: JoinedInfo | None = None
    error: ErrorInfo | None = None
    lost_continuity: str = ""


@dataclass(frozen=True, slots=True)
class EventArrived:
    """An event for the listeners of a channel; its payload is not checked yet."""

    event: IncomingEvent


@dataclass(frozen=True, slots=True)
class PresenceHeard:
    """Somebody came, changed or went in a channel that is joined."""

    frame: Presence


@dataclass(frozen=True, slots=True)
class RequestSettled:
    """A request has its outcome: a reply, an error, or neither when the connection was lost."""

    ref: int
    payload: bytes | None = None
    error: ErrorInfo | None = None


@dataclass(frozen=True, slots=True)
class Greeted:
    """The connection is ready."""

    session: str


@dataclass(frozen=True, slots=True)
class TokenNeeded:
    """Get a token, then call `renew`, or `not_renewed`."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The client is closed for good."""

    code: int
    reason: str


ClientEffect = (
    Transmit
    | HangUp
    | JoinSettled
    | EventArrived
    | PresenceHeard
    | RequestSettled
    | Greeted
    | TokenNeeded
    | Ended
)
