"""What is said on a bus: small tagged arrays, whose payloads are frames and JSON texts as they travel to clients.

A `version` is that of the contract of the process that says it, empty for the same as the hearer's; `older` is what it
says to processes of older versions, where that is something else.
Everything here is plain data of closed types: who can write to a bus can at most say something wrong, never run code.
"""

from msgspec import Struct

from rtgen_runtime.rooms import Target

Forms = dict[str, tuple[str, bytes]]
"""An event's tag and payload as older versions have them, by version; none for what is the same there."""


class To(Struct, frozen=True, array_like=True):
    """Some members: see `rooms.Target`."""

    session: str | None = None
    subject: str | None = None
    but: str | None = None

    @classmethod
    def of(cls, target: Target | None) -> "To | None":
        """As it travels."""
        if target is None:
            return None
        return cls(target.session, target.subject, target.but)

    @property
    def target(self) -> Target:
        """As members are found."""
        return Target(self.session, self.subject, self.but)


class Said(Struct, frozen=True, array_like=True, tag="said"):
    """An event that is not kept, encoded; `by` is the session that sent a relayed one."""

    event: str
    frame: bytes
    by: str = ""
    to: To | None = None
    version: str = ""
    older: Forms = {}


class PutOut(Struct, frozen=True, array_like=True, tag="out"):
    """Some members are put out, with a code and what they may do again."""

    to: To
    code: str
    again: str


class Afresh(Struct, frozen=True, array_like=True, tag="afresh"):
    """Continuity is lost: every member joins again."""

    epoch: str
    reason: str


Word = Said | PutOut | Afresh
"""What is said to the members of one address."""


class Recorded(Struct, frozen=True, array_like=True, tag="rec"):
    """The history has an event; with `key` it is also the newest value of that key."""

    event: str
    payload: bytes
    epoch: str
    offset: int
    key: str | None = None
    version: str = ""
    older: Forms = {}


class Put(Struct, frozen=True, array_like=True, tag="put"):
    """A value is the newest of its key."""

    event: str
    key: str
    payload: bytes
    version: str = ""
    older: Forms = {}


class Dropped(Struct, frozen=True, array_like=True, tag="drop"):
    """No value is kept for a key any more."""

    event: str
    key: str
    version: str = ""
    older: Forms = {}


News = Recorded | Put | Dropped | Afresh
"""What has become of the things that are kept of one address, in the order of the store."""


class Disconnect(Struct, frozen=True, array_like=True, tag="bye"):
    """The connections of a session or a subject are closed, with number, name and words of a close code."""

    code: int
    name: str
    reason: str
    session: str | None = None
    subject: str | None = None


class Arrived(Struct, frozen=True, array_like=True, tag="here"):
    """A client object has a new connection, since `at` (Unix time); older ones of it are replaced."""

    who: str
    client: str
    at: float


class Switched(Struct, frozen=True, array_like=True, tag="flag"):
    """A flag was set, at `at` (Unix time) by the process `by`; what is `None` is as it was at the start.

    `variants` are the weights of all of them. `killed`: it is off for everybody.
    """

    flag: str
    at: float
    by: str
    percent: float | None = None
    variants: dict[str, float] | None = None
    killed: bool | None = None


Control = Disconnect | Arrived | Switched
"""What concerns connections, wherever they are."""
