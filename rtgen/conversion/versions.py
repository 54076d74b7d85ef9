"""Two versions of a contract: what an edge has to do so that clients of the old one are served by the one of now.

Tables hold only what differs. Nothing here depends on a day: an event that is gone is gone for good once the contract
says `removed`, and `rtgen breaking` asks whether its sunset had passed.
"""

from dataclasses import dataclass, field

from rtgen.contract.model import Contract
from rtgen.conversion.obstacle import Obstacle
from rtgen.conversion.steps import Functions, Plan


@dataclass(frozen=True, slots=True)
class ErrorPlan:
    """An error that both versions declare for a request: its code in the other version, and its data."""

    code: str
    data: Plan | None


@dataclass(frozen=True, slots=True)
class Sent:
    """What old clients send, by its old tag. `tag` is `None` where nothing of now is meant.

    `errors` are by their code; `None` where the old version does not declare one.
    """

    old: str
    tag: str | None
    payload: Plan | None = None
    reply: Plan | None = None
    errors: tuple[tuple[str, ErrorPlan | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """What is sent to clients, by its tag now. `old` is `None` where old clients do not know it."""

    tag: str
    old: str | None
    payload: Plan | None = None


@dataclass(frozen=True, slots=True)
class PresencePlan:
    """What members show: from old to now, and from now to old. `known` is false where the old version has none."""

    shown: Plan | None = None
    seen: Plan | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """A channel, by its name now: its old address where that differs, and old names of parameters by those of now."""

    name: str
    address: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    presence: PresencePlan | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a server of the old version left in a store, by its old tag; all from old to now."""

    old: str
    tag: str | None
    payload: Plan | None = None
    reply: Plan | None = None
    errors: tuple[tuple[str, ErrorPlan | None], ...] = ()


@dataclass(frozen=True, slots=True)
class VersionPlan:
    """All that there is to do between two versions. With `obstacles` clients of the old one can't be served.

    `unread` stands against reading what an old server has kept; that stays as it is then.
    """

    old: Contract
    now: Contract
    sent: tuple[Sent, ...]
    heard: tuple[Heard, ...]
    channels: tuple[ChannelPlan, ...]
    kept: tuple[Kept, ...]
    to_now: Functions
    to_old: Functions
    obstacles: tuple[Obstacle, ...] = field(default=())
    unread: tuple[Obstacle, ...] = field(default=())

    @property
    def is_served(self) -> bool:
        """Whether clients of the old version can be served."""
        return not self.obstacles
