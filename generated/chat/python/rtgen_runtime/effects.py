"""What a session asks its surroundings to do: small frozen values, in the order in which to do them."""

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from rtgen_runtime.codes import CloseCode
from rtgen_runtime.declarations import HandledEvent, RelayEvent
from rtgen_runtime.history.interface import PageQuery

if TYPE_CHECKING:
    from rtgen_runtime.arrivals import Admission
    from rtgen_runtime.identity import Secret
    from rtgen_runtime.memberships import Membership


class Send(Struct, frozen=True, gc=False):
    """Send one frame to this client; it is JSON text, whatever encoding the client has chosen."""

    frame: bytes


class Close(Struct, frozen=True):
    """End the connection, after what was sent before."""

    code: CloseCode


class Authenticate(Struct, frozen=True):
    """Ask the authenticator, then call `Session.identified` or `Session.unidentified` with this ref: 0 for a hello."""

    token: "Secret | None"
    ref: int


class Admitted(Struct, frozen=True):
    """The client is in: an older connection of the same client is to be replaced by this one."""

    admission: "Admission"


class JoinRequested(Struct, frozen=True):
    """Ask the channel's handler, then call `Session.grant` or `Session.refuse` with this membership."""

    membership: "Membership"
    since: tuple[str, int] | None


class HistoryRequested(Struct, frozen=True):
    """Read a page of the history, then call `Session.reply` or `Session.fail`."""

    membership: "Membership"
    ref: int
    query: PageQuery


class MembershipEnded(Struct, frozen=True):
    """Deliver nothing more to this membership; its handler is told when it was granted."""

    membership: "Membership"


class DeliveryEnded(Struct, frozen=True):
    """Deliver nothing more to this membership; it stays one, and the client will join again."""

    membership: "Membership"


class Reauthorise(Struct, frozen=True):
    """Ask the handler, after what the membership got before, whether it may stay; call `Session.put_out` if not."""

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


class StateShown(Struct, frozen=True):
    """A member wants to show a valid state: ask the handler, then call `Session.reply` or `Session.fail`."""

    membership: "Membership"
    ref: int
    state: object


class MembersAsked(Struct, frozen=True):
    """A member asks who is present; answer with `Session.reply` or `Session.fail`."""

    membership: "Membership"
    ref: int
    after: str
    limit: int


Effect = (
    Send
    | Close
    | Authenticate
    | Admitted
    | JoinRequested
    | MembershipEnded
    | DeliveryEnded
    | Reauthorise
    | Deliver
    | Forward
    | StateShown
    | MembersAsked
    | HistoryRequested
)
