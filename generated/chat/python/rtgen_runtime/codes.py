"""Close codes and error codes: one table each, the same at both ends (`runtime/codes.ts` mirrors it).

The range of a close code carries the verdict, so that an old client knows what to do about a new code.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Verdict(StrEnum):
    """What a client does after a close or a `$left`."""

    NOW = "now"
    BACKOFF = "backoff"
    RENEW = "token"
    FRESH = "fresh"
    NEVER = "never"


RANGES: Final = (
    (4000, 4099, Verdict.NOW),
    (4100, 4199, Verdict.BACKOFF),
    (4200, 4299, Verdict.RENEW),
    (4300, 4399, Verdict.FRESH),
    (4400, 4499, Verdict.NEVER),
)

ABNORMAL: Final = 1006
"""No close frame came: *now* after a connection that lived long enough, else backoff."""

LIVED: Final = 10.0
"""Seconds a connection must have lived for 1006 to mean *now*."""


@dataclass(frozen=True, slots=True)
class CloseCode:
    """One code of ours, with the reason that is sent along."""

    code: int
    name: str
    reason: str


STOPPING: Final = CloseCode(4000, "stopping", "the server is stopping")
SILENT: Final = CloseCode(4001, "silent", "no sign of life")
REPLACED: Final = CloseCode(
    4010, "replaced", "a newer connection of this client took over"
)
OVERLOADED: Final = CloseCode(
    4100, "overloaded", "the server takes no more connections"
)
BEHIND: Final = CloseCode(4101, "behind", "the client reads too slowly")
HELLO_TIMEOUT: Final = CloseCode(4102, "hello_timeout", "no $hello in time")
BROKEN: Final = CloseCode(4103, "broken", "the server failed")
FLOODING: Final = CloseCode(
    4106, "flooding", "the client takes no notice of its limits"
)
AUTH_UNAVAILABLE: Final = CloseCode(
    4104, "auth_unavailable", "tokens can't be checked at the moment"
)
UNAUTHORIZED: Final = CloseCode(4200, "unauthorized", "a valid token is needed")
EXPIRED: Final = CloseCode(4201, "expired", "the token has expired")
REVOKED: Final = CloseCode(4202, "revoked", "the token was revoked")
PROTOCOL_ERROR: Final = CloseCode(
    4400, "protocol_error", "the client broke the protocol"
)
WRONG_SUBPROTOCOL: Final = CloseCode(4401, "wrong_subprotocol", "no common subprotocol")
WRONG_CONTRACT: Final = CloseCode(
    4402, "wrong_contract", "another contract is served here"
)
WRONG_VERSION: Final = CloseCode(
    4403, "wrong_version", "this version of the contract is not served here"
)
WRONG_ORIGIN: Final = CloseCode(
    4404, "wrong_origin", "pages of this origin may not connect"
)
TOO_MANY_INVALID: Final = CloseCode(4405, "too_many_invalid", "too many invalid frames")
PUT_OUT: Final = CloseCode(4410, "put_out", "the server ended the connection")

CLOSE_CODES: Final = (
    STOPPING,
    SILENT,
    REPLACED,
    OVERLOADED,
    BEHIND,
    HELLO_TIMEOUT,
    BROKEN,
    AUTH_UNAVAILABLE,
    UNAUTHORIZED,
    EXPIRED,
    REVOKED,
    PROTOCOL_ERROR,
    WRONG_SUBPROTOCOL,
    WRONG_CONTRACT,
    WRONG_VERSION,
    WRONG_ORIGIN,
    TOO_MANY_INVALID,
    FLOODING,
    PUT_OUT,
)


def verdict(code: int, lived: float = 0.0) -> Verdict:
    """What a client does after a close with this code, on a connection that lived `lived` seconds."""
    if (
        code == REPLACED.code
    ):  # its range says now, but two connections of one client would chase each other for ever
        return Verdict.NEVER
    for first, last, each in RANGES:
        if first <= code <= last:
            return each
    if code == ABNORMAL and lived >= LIVED:
        return Verdict.NOW
    return Verdict.BACKOFF


class ErrorCode(StrEnum):
    """What a `$error` may carry beside the contract's own errors."""

    MALFORMED = "malformed"
    INVALID = "invalid"
    UNKNOWN_EVENT = "unknown_event"
    UNKNOWN_ADDRESS = "unknown_address"
    NOT_JOINED = "not_joined"
    REFUSED = "refused"
    FORBIDDEN = "forbidden"
    UNAUTHORIZED = "unauthorized"
    AUTH_UNAVAILABLE = "auth_unavailable"
    LEFT = "left"
    TOO_LARGE = "too_large"
    TOO_MANY_CHANNELS = "too_many_channels"
    REF_IN_USE = "ref_in_use"
    REF_REUSED = "ref_reused"
    IN_PROGRESS = "in_progress"
    OUTCOME_UNKNOWN = "outcome_unknown"
    UNAVAILABLE = "unavailable"
    OVERLOADED = "overloaded"
    RATE_LIMITED = "rate_limited"
    NO_PRESENCE = "no_presence"
    FLAG_OFF = "flag_off"
    INTERNAL = "internal"
    PROTOCOL_ERROR = "protocol_error"
    WRONG_SUBPROTOCOL = "wrong_subprotocol"
    WRONG_CONTRACT = "wrong_contract"
    WRONG_VERSION = "wrong_version"
    WRONG_ORIGIN = "wrong_origin"


MESSAGES: Final[dict[ErrorCode, str]] = {
    ErrorCode.MALFORMED: "the frame is not JSON of the protocol's shape",
    ErrorCode.INVALID: "the payload breaks the contract",
    ErrorCode.UNKNOWN_EVENT: "the contract has no such event from a client",
    ErrorCode.UNKNOWN_ADDRESS: "no channel has this address",
    ErrorCode.NOT_JOINED: "join the channel first",
    ErrorCode.REFUSED: "the server refused",
    ErrorCode.FORBIDDEN: "this member may not send this event",
    ErrorCode.UNAUTHORIZED: "a valid token is needed",
    ErrorCode.AUTH_UNAVAILABLE: "tokens can't be checked at the moment",
    ErrorCode.LEFT: "the channel was left, or joined again, before the join was answered",
    ErrorCode.TOO_LARGE: "the frame is larger than the limit",
    ErrorCode.TOO_MANY_CHANNELS: "too many channels on one connection",
    ErrorCode.REF_IN_USE: "the ref waits for an answer already",
    ErrorCode.REF_REUSED: "the ref stood for another request before",
    ErrorCode.IN_PROGRESS: "the request is being worked on",
    ErrorCode.OUTCOME_UNKNOWN: "the server stopped while it worked on the request; whether it took effect is unknown",
    ErrorCode.UNAVAILABLE: "what the server keeps can't be reached at the moment",
    ErrorCode.OVERLOADED: "too many requests wait for an answer",
    ErrorCode.RATE_LIMITED: "sent more often than the limit allows",
    ErrorCode.NO_PRESENCE: "the channel has no presence",
    ErrorCode.FLAG_OFF: "it is behind a flag that is off for this client",
    ErrorCode.INTERNAL: "the server failed",
    ErrorCode.PROTOCOL_ERROR: "the frame is not allowed now",
    ErrorCode.WRONG_SUBPROTOCOL: "no common subprotocol",
    ErrorCode.WRONG_CONTRACT: "another contract is served here",
    ErrorCode.WRONG_VERSION: "this version of the contract is not served here",
    ErrorCode.WRONG_ORIGIN: "pages of this origin may not connect",
}

RETRYABLE: Final = frozenset(
    {
        ErrorCode.AUTH_UNAVAILABLE,
        ErrorCode.OVERLOADED,
        ErrorCode.RATE_LIMITED,
        ErrorCode.IN_PROGRESS,
        ErrorCode.UNAVAILABLE,
        ErrorCode.LEFT,
        ErrorCode.INTERNAL,
    }
)
"""Codes after which the same frame may succeed later."""
