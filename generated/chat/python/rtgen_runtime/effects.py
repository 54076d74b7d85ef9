"""What a session asks its surroundings to do: small frozen values, in the order in which to do them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rtgen_runtime.codes import CloseCode
from rtgen_runtime.declarations import HandledEvent, RelayEvent

if TYPE_CHECKING:
    from rtgen_runtime.session import Membership


@dataclass(frozen=True, slots=True)
class Send:
    """Send one text frame to this client."""

    frame: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection, after what was sent before."""

    code: CloseCode


@dataclass(frozen=True, slots=True)
class JoinRequested:
    """Ask the channel's handler, then call `Session.grant` or `Session.refuse` with this membership."""

    membership: "Membership"
    since: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class MembershipEnded:
    """Deliver nothing more to this membership; its handler is told when it was granted."""

    membership: "Membership"


@dataclass(frozen=True, slots=True)
class Deliver:
    """Give a valid payload to the handler, then call `Session.reply` or `Session.fail`."""

    membership: "Membership"
    event: HandledEvent
    ref: int
    payload: object


@dataclass(frozen=True, slots=True)
class Forward:
    """Give a valid payload, as it came, to the other members."""

    membership: "Membership"
    event: RelayEvent[Any]
    ref: int
    payload: bytes


Effect = Send | Close | JoinRequested | MembershipEnded | Deliver | Forward
