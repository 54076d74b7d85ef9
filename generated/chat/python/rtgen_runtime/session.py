"""One connection's conversation, without I/O: bytes and time come in, effects go out.

Idea: a session knows the protocol and nothing else. It never waits, never calls a handler and never looks at a clock;
`transitions.py` says what is allowed, and whoever drives it (`connection.py`) carries out the effects and reports
back through `grant`, `refuse`, `reply` and `fail`. Hostile input ends in effects, never in an exception.
"""

from dataclasses import dataclass, field
from typing import Final

import msgspec
from msgspec import Raw

from rtgen_runtime import codes
from rtgen_runtime.codes import CloseCode, ErrorCode
from rtgen_runtime.declarations import Contract, RelayEvent
from rtgen_runtime.decoding import (
    ClientDecoder,
    Decoded,
    EventFrame,
    Ignored,
    RefusedFrame,
)
from rtgen_runtime.effects import (
    Close,
    Deliver,
    Effect,
    Forward,
    JoinRequested,
    MembershipEnded,
    Send,
)
from rtgen_runtime.errors import Issue
from rtgen_runtime.frames import (
    SUBPROTOCOL,
    ErrorInfo,
    HeartbeatInfo,
    Hello,
    Join,
    Joined,
    JoinedInfo,
    Leave,
    Left,
    LeftInfo,
    LimitsInfo,
    Ping,
    Pong,
    Reply,
    Welcome,
    WelcomeInfo,
    encode,
    encode_error,
)
from rtgen_runtime.router import Place, Router
from rtgen_runtime.sampling import ErrorBudget
from rtgen_runtime.transitions import (
    MEMBERSHIP,
    RULES,
    FrameKind,
    MembershipInput,
    MembershipPhase,
    Phase,
    Rule,
)

HELLO_DEADLINE: Final = 5.0
HELLO_BYTES: Final = 16_384
MAX_WAITING: Final = 256
"""Requests of one connection that may wait for an answer; a client with more gets `overloaded`."""

_NULL: Final = Raw(b"null")

_KINDS: Final[dict[type, FrameKind]] = {
    Hello: FrameKind.HELLO,
    Join: FrameKind.JOIN,
    Leave: FrameKind.LEAVE,
    EventFrame: FrameKind.EVENT,
    Ping: FrameKind.PING,
    Pong: FrameKind.PONG,
    Ignored: FrameKind.IGNORED,
    RefusedFrame: FrameKind.REFUSED,
}


@dataclass(slots=True, eq=False)
class Membership:
    """One join of one address; a second join makes another one. `ref` is its generation."""

    ref: int
    place: Place
    phase: MembershipPhase = MembershipPhase.JOINING
    granted: bool = False
    """Whether the handler let the client in, so that it is also told of the end."""

    def move(self, happened: MembershipInput) -> None:
        """Take one step of the table."""
        self.phase = MEMBERSHIP[self.phase, happened]


@dataclass(slots=True)
class Session:
    """The server's side of one connection.

    `id` is what other members see as the sender. `phase_shift` (0 to 1) spreads first pings over the interval.
    Call `start` once after the handshake.
    """

    contract: Contract
    decoder: ClientDecoder
    router: Router
    id: str
    started: float
    subprotocol: str | None = SUBPROTOCOL
    origin_allowed: bool = True
    phase_shift: float = 1.0
    phase: Phase = Phase.WAITING
    client: str = ""
    ignored: int = 0
    """Frames of later protocol versions, which are skipped."""
    memberships: dict[str, Membership] = field(default_factory=dict)
    _waiting: set[int] = field(default_factory=set)
    _budget: ErrorBudget = field(default_factory=ErrorBudget)
    _heard: float = 0.0
    _next_ping: float = 0.0

    def start(self) -> list[Effect]:
        """Refuse in words what a browser could not read from a failed handshake."""
        if not self.origin_allowed:
            return self._break(ErrorCode.WRONG_ORIGIN, codes.WRONG_ORIGIN)
        if self.subprotocol != SUBPROTOCOL:
            words = f"offer the subprotocol {SUBPROTOCOL}"
            return self._break(
                ErrorCode.WRONG_SUBPROTOCOL, codes.WRONG_SUBPROTOCOL, words
            )
        return []

    def receive(self, data: str | bytes, now: float) -> list[Effect]:
        """One WebSocket message; never raises, whatever it holds."""
        if self.phase is Phase.CLOSED:
            return []
        self._heard = now
        limit = (
            HELLO_BYTES if self.phase is Phase.WAITING else self.contract.limits.frame
        )
        if _is_larger(data, limit):
            decoded: Decoded = RefusedFrame(0, ErrorCode.TOO_LARGE)
        elif isinstance(data, bytes):
            return self._break(
                ErrorCode.MALFORMED,
                codes.PROTOCOL_ERROR,
                "this subprotocol has text frames only",
            )
        else:
            decoded = self.decoder.decode(data)
        return self._apply(decoded, now)

    def _apply(self, decoded: Decoded, now: float) -> list[Effect]:
        rule = RULES[self.phase, _KINDS[type(decoded)]]
        match rule, decoded:
            case Rule.EVENT, EventFrame():
                return self._event(decoded, now)
            case Rule.GREET, Hello():
                return self._greet(decoded, now)
            case Rule.JOIN, Join():
                return self._join(decoded, now)
            case Rule.LEAVE, Leave():
                return self._leave(decoded, now)
            case Rule.ANSWER_PING, Ping():
                return [Send(encode(Pong(decoded.tick)))]
            case Rule.EXPLAIN, RefusedFrame():
                return self._explain(decoded, now)
            case Rule.BREAK, RefusedFrame():
                return self._break(decoded.code, codes.PROTOCOL_ERROR)
            case Rule.BREAK, _:
                return self._break(ErrorCode.PROTOCOL_ERROR, codes.PROTOCOL_ERROR)
            case Rule.NOTE, _:
                self.ignored += isinstance(decoded, Ignored)
        return []

    def tick(self, now: float) -> list[Effect]:
        """Time has come to `next_deadline()` (or later): ping, or give up."""
        if now < self.next_deadline():
            return []
        if self.phase is Phase.WAITING:
            return self._close(codes.HELLO_TIMEOUT)
        heartbeat = self.contract.heartbeat
        if now >= self._heard + heartbeat.every + heartbeat.slack:
            return self._close(codes.SILENT)
        if now >= self._next_ping:
            self._next_ping = now + heartbeat.every
            return [Send(encode(Ping(int(now))))]
        return []

    def next_deadline(self) -> float:
        """When `tick` has something to do; infinity for a closed session."""
        match self.phase:
            case Phase.WAITING:
                return self.started + HELLO_DEADLINE
            case Phase.READY:
                heartbeat = self.contract.heartbeat
                return min(
                    self._next_ping, self._heard + heartbeat.every + heartbeat.slack
                )
            case Phase.CLOSED:
                return float("inf")

    def stop(self, code: CloseCode) -> list[Effect]:
        """End the connection from the server's side."""
        return [] if self.phase is Phase.CLOSED else self._close(code)

    def lost(self) -> list[Effect]:
        """The connection is gone, whoever ended it."""
        self.phase = Phase.CLOSED
        self._waiting.clear()
        ended = []
        for membership in self.memberships.values():
            membership.move(MembershipInput.DISCONNECT)
            ended.append(MembershipEnded(membership))
        self.memberships.clear()
        return list(ended)

    def grant(self, membership: Membership, info: JoinedInfo) -> list[Effect]:
        """The handler let the client in: answer the join. Nothing when the membership ended meanwhile."""
        if membership.phase is not MembershipPhase.JOINING:
            return []
        membership.move(MembershipInput.GRANT)
        membership.granted = True
        self._waiting.discard(membership.ref)
        return [Send(encode(Joined(membership.ref, membership.place.address, info)))]

    def refuse(self, membership: Membership, info: ErrorInfo) -> list[Effect]:
        """The handler kept the client out."""
        if membership.phase is not MembershipPhase.JOINING:
            return []
        membership.move(MembershipInput.REFUSE)
        self.memberships.pop(membership.place.address, None)
        return self._answer_error(membership.ref, info)

    def put_out(self, membership: Membership, code: str, again: str) -> list[Effect]:
        """The server ends a membership."""
        if membership.phase is MembershipPhase.ENDED:
            return []
        membership.move(MembershipInput.PUT_OUT)
        self.memberships.pop(membership.place.address, None)
        self._waiting.discard(membership.ref)
        left = Left(
            membership.ref, membership.place.address, LeftInfo(code=code, again=again)
        )
        return [MembershipEnded(membership), Send(encode(left))]

    def reply(self, ref: int, payload: bytes) -> list[Effect]:
        """A request has its reply; `payload` is valid JSON text."""
        if ref not in self._waiting:
            return []
        self._waiting.discard(ref)
        return [Send(encode(Reply(ref, Raw(payload))))]

    def fail(self, ref: int, info: ErrorInfo, now: float) -> list[Effect]:
        """A request, or an event that wants no answer (ref 0), has failed."""
        if ref == 0:
            return self._sampled(info, now)
        return self._answer_error(ref, info) if ref in self._waiting else []

    def _greet(self, hello: Hello, now: float) -> list[Effect]:
        info, contract = hello.info, self.contract
        if info.contract != contract.name:
            words = f"the contract {contract.name} is served here"
            return self._break(ErrorCode.WRONG_CONTRACT, codes.WRONG_CONTRACT, words)
        if not contract.accepts_version(info.version):
            served = ".".join(contract.version.split(".")[:2])
            words = f"versions {served}.x of {contract.name} are served here"
            return self._break(ErrorCode.WRONG_VERSION, codes.WRONG_VERSION, words)
        self.phase = Phase.READY
        self.client = info.client
        every = contract.heartbeat.every
        self._next_ping = now + every * self.phase_shift
        limits = contract.limits
        welcome = WelcomeInfo(
            session=self.id,
            version=contract.version,
            heartbeat=HeartbeatInfo(every=every, slack=contract.heartbeat.slack),
            limits=LimitsInfo(
                frame=limits.frame, channels=limits.channels, outbox=limits.outbox
            ),
        )
        return [Send(encode(Welcome(welcome)))]

    def _join(self, frame: Join, now: float) -> list[Effect]:
        if frame.ref in self._waiting:
            return self._explain(RefusedFrame(0, ErrorCode.REF_IN_USE, "$join"), now)
        place = self.router.find(frame.address)
        if not isinstance(place, Place):
            code = ErrorCode.UNKNOWN_ADDRESS if place is None else ErrorCode.INVALID
            return self._explain(
                RefusedFrame(frame.ref, code, "$join", tuple(place or ())), now
            )
        effects = self._end(frame.address, MembershipInput.JOIN_AGAIN)
        if len(self.memberships) >= self.contract.limits.channels:
            return [
                *effects,
                *self._explain(
                    RefusedFrame(frame.ref, ErrorCode.TOO_MANY_CHANNELS, "$join"), now
                ),
            ]
        self._waiting.add(frame.ref)
        membership = self.memberships[frame.address] = Membership(frame.ref, place)
        return [*effects, JoinRequested(membership, frame.options.since)]

    def _leave(self, frame: Leave, now: float) -> list[Effect]:
        if frame.ref in self._waiting:
            return self._explain(RefusedFrame(0, ErrorCode.REF_IN_USE, "$leave"), now)
        return [
            *self._end(frame.address, MembershipInput.LEAVE),
            Send(encode(Reply(frame.ref, _NULL))),
        ]

    def _end(self, address: str, why: MembershipInput) -> list[Effect]:
        """End the membership of an address, if there is one; its pending join gets its one answer."""
        membership = self.memberships.pop(address, None)
        if membership is None:
            return []
        pending = membership.phase is MembershipPhase.JOINING
        membership.move(why)
        effects: list[Effect] = [MembershipEnded(membership)]
        if pending:
            effects += self._answer_error(
                membership.ref, error_info(ErrorCode.LEFT, tag="$join")
            )
        return effects

    def _event(self, frame: EventFrame, now: float) -> list[Effect]:
        membership = self.memberships.get(frame.address)
        if membership is None or membership.place.channel is not frame.channel:
            return self._explain(
                RefusedFrame(frame.ref, ErrorCode.NOT_JOINED, frame.event.tag), now
            )
        if frame.ref:
            if frame.ref in self._waiting:
                return self._explain(
                    RefusedFrame(0, ErrorCode.REF_IN_USE, frame.event.tag), now
                )
            if len(self._waiting) >= MAX_WAITING:
                return self._explain(
                    RefusedFrame(frame.ref, ErrorCode.OVERLOADED, frame.event.tag),
                    now,
                    count=False,
                )
            self._waiting.add(frame.ref)
        if isinstance(frame.event, RelayEvent):
            return [Forward(membership, frame.event, frame.ref, frame.raw)]
        return [Deliver(membership, frame.event, frame.ref, frame.payload)]

    def _explain(
        self, refused: RefusedFrame, now: float, *, count: bool = True
    ) -> list[Effect]:
        """Answer an invalid frame; too many of them end the connection."""
        info = error_info(refused.code, tag=refused.tag, issues=refused.issues)
        if count and not self._budget.invalid(now):
            answer = Send(encode_error(refused.ref, info))
            return [answer, *self._close(codes.TOO_MANY_INVALID)]
        if refused.ref == 0:
            return self._sampled(info, now)
        if refused.ref in self._waiting:
            return self._sampled(error_info(ErrorCode.REF_IN_USE, tag=refused.tag), now)
        return [Send(encode_error(refused.ref, info))]

    def _sampled(self, info: ErrorInfo, now: float) -> list[Effect]:
        count = self._budget.sample(now)
        return (
            [Send(encode_error(0, msgspec.structs.replace(info, count=count)))]
            if count
            else []
        )

    def _answer_error(self, ref: int, info: ErrorInfo) -> list[Effect]:
        self._waiting.discard(ref)
        return [Send(encode_error(ref, info))]

    def _break(
        self, code: ErrorCode, close: CloseCode, words: str = ""
    ) -> list[Effect]:
        return [Send(encode_error(0, error_info(code, words))), *self._close(close)]

    def _close(self, code: CloseCode) -> list[Effect]:
        return [*self.lost(), Close(code)]


def error_info(
    code: ErrorCode, words: str = "", *, tag: str = "", issues: tuple[Issue, ...] = ()
) -> ErrorInfo:
    """The body of a `$error` of the protocol's own."""
    data = Raw(msgspec.json.encode({"issues": issues})) if issues else Raw()
    return ErrorInfo(
        code=code.value,
        message=words or codes.MESSAGES[code],
        retryable=code in codes.RETRYABLE,
        data=data,
        tag=tag,
    )


def _is_larger(data: str | bytes, limit: int) -> bool:
    if isinstance(data, bytes) or len(data) > limit:
        return len(data) > limit
    return (
        len(data) * 4 > limit
        and not data.isascii()
        and len(data.encode(errors="replace")) > limit
    )
