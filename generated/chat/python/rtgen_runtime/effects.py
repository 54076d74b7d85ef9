"""What a session asks its surroundings to do: small frozen values, in the order in which to do them."""

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from rtgen_runtime.codes import CloseCode
from rtgen_runtime.declarations import HandledEvent, RelayEvent

if TYPE_CHECKING:
    from rtgen_runtime.session import Membership


class Send(Struct, frozen=True):
    """Send one text frame to this client."""

    frame: bytes


class Close(Struct, frozen=True):
    """End the connection, after what was sent before."""

    code: CloseCode


class JoinRequested(Struct, frozen=True):
    """Ask the channel's handler, then call `Session.grant` or `Session.refuse` with this membership."""

    membership: "Membership"
    since: tuple[str, int] | None


class MembershipEnded(Struct, frozen=True):
    """Deliver nothing more to this membership; its handler is told when it was granted."""

    membership: "Membership"


class Deliver(Struct, frozen=True):
    """Give a valid payload to the handler, then call `Session.reply` or `Session.fail`."""

    membership: "Membership"
    event: HandledEvent
    ref: int
    payload: object


class Forward(Struct, frozen=True):
    """Give a valid payload, as it came, to the other members."""

    membership: "Membership"
    event: RelayEvent[Any]
    ref: int
    payload: bytes


Effect = Send | Close | JoinRequested | MembershipEnded | Deliver | Forward
