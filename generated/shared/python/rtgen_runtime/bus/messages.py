"""What workers and the exchange say to each other, as tagged MessagePack arrays. Both are of one installation."""

from typing import Any, Final, Literal

import msgspec
from msgspec import Raw, Struct

from rtgen_runtime.auth.revocation import Kind
from rtgen_runtime.broker.words import Control, Forms, News, Switched, Word
from rtgen_runtime.declarations import HistorySize
from rtgen_runtime.history.interface import Cap, PageQuery
from rtgen_runtime.presence.interface import Change, Delta

Subject = Literal["metrics", "ready"]
"""What all workers may be asked about themselves."""


class Hear(Struct, frozen=True, array_like=True, tag="hear"):
    """Tell this worker what is said at an address."""

    address: str


class Append(Struct, frozen=True, array_like=True, tag="append"):
    """`History.append`."""

    address: str
    size: HistorySize
    event: str
    payload: bytes
    key: str | None = None
    older: Forms = {}


class Read(Struct, frozen=True, array_like=True, tag="read"):
    """`History.read`."""

    address: str
    size: HistorySize
    after: int | None
    cap: Cap


class Page(Struct, frozen=True, array_like=True, tag="page"):
    """`History.page`."""

    address: str
    size: HistorySize
    query: PageQuery
    cap: Cap


class Invalidate(Struct, frozen=True, array_like=True, tag="forget"):
    """`History.invalidate`."""

    address: str


class Move(Struct, frozen=True, array_like=True, tag="move"):
    """`MovesAddresses.move`, where the store can."""

    before: str
    address: str


class PutLatest(Struct, frozen=True, array_like=True, tag="put"):
    """`LatestValues.put`."""

    address: str
    event: str
    key: str
    payload: bytes
    older: Forms = {}


class RemoveLatest(Struct, frozen=True, array_like=True, tag="remove"):
    """`LatestValues.remove`."""

    address: str
    event: str
    key: str
    older: Forms = {}


class ReadLatest(Struct, frozen=True, array_like=True, tag="values"):
    """`VersionedValues.written`; answered by event, key, payload and version."""

    address: str


class ClaimRequest(Struct, frozen=True, array_like=True, tag="claim"):
    """`Outcomes.claim`."""

    owner: str
    request: str
    digest: bytes
    window: float


class Settle(Struct, frozen=True, array_like=True, tag="settle"):
    """`Outcomes.settle`."""

    owner: str
    request: str
    outcome: bytes
    window: float


class Release(Struct, frozen=True, array_like=True, tag="release"):
    """`Outcomes.release`."""

    owner: str
    request: str


class Show(Struct, frozen=True, array_like=True, tag="show"):
    """`PresenceStore.apply`."""

    address: str
    changes: list[Change]


class Summary(Struct, frozen=True, array_like=True, tag="summary"):
    """`PresenceStore.summary`."""

    address: str


class People(Struct, frozen=True, array_like=True, tag="people"):
    """`PresenceStore.page`."""

    address: str
    after: str
    limit: int
    size: int


class Revoke(Struct, frozen=True, array_like=True, tag="revoke"):
    """`Revocations.add`."""

    kind: Kind
    value: str
    at: float


class Gather(Struct, frozen=True, array_like=True, tag="gather"):
    """Ask all workers; answered by pairs of a worker's name and what it says."""

    about: Subject


class Speak(Struct, frozen=True, array_like=True, tag="speak"):
    """What this worker has the store keep from now on is of this version of the contract."""

    version: str


Keeping = (
    Append
    | Read
    | Page
    | Invalidate
    | Move
    | PutLatest
    | RemoveLatest
    | ReadLatest
    | ClaimRequest
    | Settle
    | Release
)
"""What the store is asked."""

Question = Hear | Keeping | Show | Summary | People | Revoke | Gather


class Ask(Struct, frozen=True, array_like=True, tag="ask"):
    """A question, answered by `Answer` or `Failure` with the same number."""

    number: int
    question: Question


class Leave(Struct, frozen=True, array_like=True, tag="leave"):
    """An address need not be told any longer."""

    address: str


class Say(Struct, frozen=True, array_like=True, tag="say"):
    """For the members of an address at the other workers."""

    address: str
    word: Word


class Count(Struct, frozen=True, array_like=True, tag="count"):
    """So many members of an address are at this worker."""

    address: str
    count: int


class Tell(Struct, frozen=True, array_like=True, tag="tell"):
    """For the other workers."""

    control: Control


class Ready(Struct, frozen=True, array_like=True, tag="ready"):
    """This worker serves from now on."""


class Report(Struct, frozen=True, array_like=True, tag="report"):
    """The answer to `Asked`."""

    number: int
    text: str


FromWorker = Ask | Leave | Say | Count | Tell | Speak | Ready | Report


class Begin(Struct, frozen=True, array_like=True, tag="begin"):
    """The first message: what is the same for all workers, and what the others have."""

    session_key: bytes
    revocations: list[Revoke]
    members: list[tuple[int, str, int]]
    """Worker, address and count."""
    switched: list[Switched] = []
    """How flags were set."""


class Answer(Struct, frozen=True, array_like=True, tag="answer"):
    """What a question gave."""

    number: int
    value: Raw


class Failure(Struct, frozen=True, array_like=True, tag="failure"):
    """Why a question has no answer; `full` where there is no room for another remembered request."""

    number: int
    words: str
    full: bool = False


class Said(Struct, frozen=True, array_like=True, tag="said"):
    """Another worker says something at an address."""

    address: str
    word: Word


class Kept(Struct, frozen=True, array_like=True, tag="kept"):
    """News of an address."""

    address: str
    news: News


class Present(Struct, frozen=True, array_like=True, tag="present"):
    """Presence of an address has changed."""

    address: str
    delta: Delta


class Members(Struct, frozen=True, array_like=True, tag="members"):
    """So many members of an address are at another worker."""

    worker: int
    address: str
    count: int


class Gone(Struct, frozen=True, array_like=True, tag="gone"):
    """Another worker has ended, and its members with it."""

    worker: int


class Told(Struct, frozen=True, array_like=True, tag="told"):
    """Another worker says something about connections."""

    control: Control


class Revoked(Struct, frozen=True, array_like=True, tag="revoked"):
    """Something was revoked, by whichever worker."""

    revocation: Revoke


class Asked(Struct, frozen=True, array_like=True, tag="asked"):
    """Say something about yourself: answer with `Report`."""

    number: int
    about: Subject


class Retire(Struct, frozen=True, array_like=True, tag="retire"):
    """Another process takes this one's place: let nobody in any more, drain, and end."""


ToWorker = (
    Begin
    | Answer
    | Failure
    | Said
    | Kept
    | Present
    | Members
    | Gone
    | Told
    | Revoked
    | Asked
    | Retire
)

_encoder: Final = msgspec.msgpack.Encoder()
FROM_WORKER: Final[msgspec.msgpack.Decoder[FromWorker]] = msgspec.msgpack.Decoder(
    FromWorker
)
TO_WORKER: Final[msgspec.msgpack.Decoder[ToWorker]] = msgspec.msgpack.Decoder(ToWorker)


def packed(value: Any) -> bytes:
    """A message, or an answer's value."""
    return _encoder.encode(value)
