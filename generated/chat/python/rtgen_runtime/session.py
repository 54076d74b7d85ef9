"""One connection's conversation, without I/O: bytes and time come in, effects go out.

Idea: a session knows the protocol and nothing else. It never waits, never calls a handler and never looks at a clock;
`transitions.py` says what is allowed, and whoever drives it (`connection.py`) carries out the effects and reports
back through `identified`, `grant`, `refuse`, `reply` and `fail`. Hostile input ends in effects, never in an exception.

A session wires its parts, each of which has one subject: `answers.py` (one answer a ref), `memberships.py`,
`greeting.py` (before the welcome), `identity.py` (who it is, and until when).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec import UNSET

from rtgen_runtime import codes
from rtgen_runtime.answers import Answers, error_info
from rtgen_runtime.arrivals import Admission, Arrivals
from rtgen_runtime.codecs import CODECS, Codec, is_larger
from rtgen_runtime.codes import CloseCode, ErrorCode
from rtgen_runtime.declarations import Contract, RelayEvent
from rtgen_runtime.decoding import (
    Decoded,
    Decoding,
    EventFrame,
    Ignored,
    RefusedFrame,
)
from rtgen_runtime.doors import Refusal
from rtgen_runtime.effects import (
    Admitted,
    Authenticate,
    Close,
    Deliver,
    Effect,
    Forward,
    Send,
)
from rtgen_runtime.flags.frames import Flags
from rtgen_runtime.flags.holding import Holding
from rtgen_runtime.frames import (
    SUBPROTOCOL,
    Auth,
    Drain,
    DrainInfo,
    ErrorInfo,
    Hello,
    HelloInfo,
    History,
    Join,
    Leave,
    Ping,
    Pong,
    Welcome,
    encode,
)
from rtgen_runtime.greeting import HELLO_BYTES, HELLO_DEADLINE, Held, mismatch, welcome
from rtgen_runtime.identity import NOBODY, Identity, Secret, Standing
from rtgen_runtime.kinds import KINDS
from rtgen_runtime.lifetime import FOR_EVER, Lifetime
from rtgen_runtime.limiting import Limiter
from rtgen_runtime.memberships import Membership, Memberships
from rtgen_runtime.observing.observer import Observer
from rtgen_runtime.presence.asking import Asking
from rtgen_runtime.presence.frames import Members, State
from rtgen_runtime.pulse import Pulse
from rtgen_runtime.renewing import Renewing
from rtgen_runtime.reporting import Reports
from rtgen_runtime.router import Router
from rtgen_runtime.throttle import LIMITED, Throttle
from rtgen_runtime.transitions import RULES, Phase, Rule


@dataclass(slots=True)
class Session(Reports):
    """The server's side of one connection.

    `id` is what other members see as the sender: the proposed one until the welcome, which may bring back an older
    one of the client's. `phase_shift` (0 to 1) spreads first pings over the interval. Call `start` once after the
    handshake.
    """

    contract: Contract
    decoder: Decoding
    router: Router
    arrivals: Arrivals
    id: str
    started: float
    subprotocol: str | None = SUBPROTOCOL
    origin_allowed: bool = True
    phase_shift: float = 1.0
    observer: Observer = field(default_factory=Observer)
    refusal: Refusal | None = None
    """Why it is not let in, whoever it is."""
    lifetime: Lifetime = FOR_EVER
    phase: Phase = Phase.WAITING
    ignored: int = 0
    """Frames of later protocol versions, which are skipped."""
    standing: Standing = field(default_factory=Standing)
    admission: Admission | None = None
    hold: Callable[[Identity, str], Holding | None] = lambda _identity, _session: None
    """Says what is on for a client, by who it is and by its session."""
    flags: Holding | None = None
    """What is on for this one, from its welcome; `None` in contracts without flags."""
    answers: Answers = field(init=False)
    members: Memberships = field(init=False)
    limiter: Limiter = field(init=False)
    codec: Codec = field(init=False)
    pulse: Pulse = field(init=False)
    _hello: HelloInfo | None = None
    """What it said, until the welcome."""
    _held: Held | None = None
    """What came behind it, until then."""
    _draining: Drain | None = None

    def __post_init__(self) -> None:
        limits = self.contract.limits
        self.codec = CODECS.get(self.subprotocol or "", CODECS[SUBPROTOCOL])
        self.answers = Answers(self)
        self.members = Memberships(self.router, self.answers, limits.channels)
        self.limiter = Limiter(limits.channels)
        self.pulse = Pulse(self.contract.heartbeat)

    @property
    def client(self) -> str:
        """The name of the client object; empty before the welcome, and of one without a name."""
        instance = None if self.admission is None else self.admission.instance
        return "" if instance is None else instance[-1]

    @property
    def identity(self) -> Identity:
        """Who it is; nobody before the welcome."""
        return self.standing.identity

    @property
    def last_ref(self) -> int:
        """The highest ref received."""
        return self.answers.last_ref

    @property
    def memberships(self) -> dict[str, Membership]:
        """By address."""
        return {each.place.address: each for each in self.members.everyone()}

    def start(self) -> list[Effect]:
        """Refuse in words what a browser could not read from a failed handshake."""
        if not self.origin_allowed:
            return self._break(ErrorCode.WRONG_ORIGIN, codes.WRONG_ORIGIN)
        if self.subprotocol not in CODECS:
            words = f"offer one of the subprotocols {', '.join(CODECS)}"
            wrong = ErrorCode.WRONG_SUBPROTOCOL, codes.WRONG_SUBPROTOCOL
            return self._break(*wrong, words)
        if self.refusal is None:
            return []
        told = self.answers.error(0, self.refusal.info)
        return [*told, *self.end(self.refusal.close)]

    def receive(self, data: str | bytes, now: float) -> list[Effect]:
        """One WebSocket message; never raises, whatever it holds."""
        if self.phase is Phase.CLOSED:
            return []
        self.pulse.heard = now
        if isinstance(data, bytes) is not self.codec.is_binary:
            kind = "binary" if self.codec.is_binary else "text"
            words = f"this subprotocol has {kind} frames only"
            return self._break(ErrorCode.MALFORMED, codes.PROTOCOL_ERROR, words)
        waiting = self.phase is Phase.WAITING
        if is_larger(data, HELLO_BYTES if waiting else self.contract.limits.frame):
            return self._apply(RefusedFrame(0, ErrorCode.TOO_LARGE), data, now)
        if self.phase is Phase.VERIFYING:
            return self._hold(data)
        text = self.codec.to_json(data)
        if text is None:
            return self._apply(RefusedFrame(0, ErrorCode.MALFORMED), data, now)
        decoded = self.decoder.decode(text)
        if type(decoded) is EventFrame and self.phase is Phase.READY:
            self.observer.came(decoded, Phase.READY, Rule.EVENT)
            return self._event(decoded, now)  # what the table says, sooner
        return self._apply(decoded, data, now)

    def _apply(self, decoded: Decoded, data: str | bytes, now: float) -> list[Effect]:
        rule = RULES[self.phase, KINDS[type(decoded)]]
        self.observer.came(decoded, self.phase, rule)
        if rule in LIMITED:
            ref = int(getattr(decoded, "ref", 0))
            self.answers.note(ref)
            throttle = Throttle(self.answers, self.limiter)
            refused = throttle.protocol(LIMITED[rule], ref, now)
            if refused is not None:
                return refused
        match rule, decoded:
            case Rule.EVENT, EventFrame():
                return self._event(decoded, now)
            case Rule.GREET, Hello():
                return self._greet(decoded.info, now)
            case _, Join() | Leave() | History() | State() | Members() if (
                rule in LIMITED
            ):
                return self._of_members(decoded, now)
            case Rule.RENEW, Auth():
                return self._renewing.ask(decoded, now)
            case Rule.ANSWER_PING, Ping():
                return [Send(encode(Pong(decoded.tick)))]
            case Rule.EXPLAIN, RefusedFrame():
                self.answers.note(decoded.ref)
                return self.answers.explain(decoded, now)
            case Rule.BREAK, RefusedFrame():
                return self._break(decoded.code, codes.PROTOCOL_ERROR)
            case Rule.BREAK, _:
                return self._break(ErrorCode.PROTOCOL_ERROR, codes.PROTOCOL_ERROR)
            case Rule.HOLD, _:
                return self._hold(data)
            case Rule.NOTE, _:
                self._note(decoded, now)
        return []

    def _of_members(
        self, frame: Join | Leave | History | State | Members, now: float
    ) -> list[Effect]:
        match frame:
            case Join():
                return self.members.join(frame, now)
            case Leave():
                return self.members.leave(frame, now)
            case History():
                return self.members.history(frame, now)
            case State():
                return Asking(self.answers, self.members).show(frame, now)
            case Members():
                return Asking(self.answers, self.members).ask(frame, now)

    def tick(self, now: float) -> list[Effect]:
        """Time has come to `next_deadline()` (or later): ping, or give up."""
        if now < self.next_deadline():
            return []
        if self.phase is not Phase.READY:
            return self.end(codes.HELLO_TIMEOUT)
        if now >= self.standing.ends:
            return self.end(codes.EXPIRED)
        if self.pulse.is_silent(now):
            return self.end(codes.SILENT)
        if self.lifetime.is_over(now):
            return self.end(codes.STOPPING)
        asked = self.lifetime.ask(now)
        if asked is not None:
            return self.drain(asked)
        tick = self.pulse.ping(now)
        return [] if tick is None else [Send(encode(Ping(tick)))]

    def next_deadline(self) -> float:
        """When `tick` has something to do; infinity for a closed session."""
        match self.phase:
            case Phase.WAITING | Phase.VERIFYING:
                return self.started + HELLO_DEADLINE
            case Phase.READY:
                return min(
                    self.pulse.next_deadline(),
                    self.standing.ends,
                    self.lifetime.next_deadline(),
                )
            case Phase.CLOSED:
                return float("inf")

    def stop(self, code: CloseCode) -> list[Effect]:
        """End the connection from the server's side."""
        return [] if self.phase is Phase.CLOSED else self.end(code)

    def drain(self, info: DrainInfo) -> list[Effect]:
        """Ask the client to move; who is not welcome yet is asked right after the welcome."""
        if self.phase is Phase.READY:
            return [Send(encode(Drain(info)))]
        self._draining = Drain(info)
        return []

    def lost(self) -> list[Effect]:
        """The connection is gone, whoever ended it."""
        self.phase = Phase.CLOSED
        self.answers.forget()
        self._hello = self._held = None
        return self.members.lost()

    def refused(self, info: ErrorInfo) -> None:
        """A frame gets an error for an answer."""
        self.observer.refused(info)
        if self.flags is not None:
            self.flags.refused(info.code)

    def end(self, code: CloseCode) -> list[Effect]:
        """Close the connection now, whatever its phase."""
        return [*self.lost(), Close(code)]

    def identified(self, ref: int, identity: Identity, now: float) -> list[Effect]:
        """The authenticator knows the client: let it in, or renew what it is."""
        if ref == 0:
            if self._hello is None or self.phase is not Phase.VERIFYING:
                return []
            return self._welcome(self._hello, identity, now)
        is_ready = self.phase is Phase.READY
        return self._renewing.accept(ref, identity, now) if is_ready else []

    def unidentified(self, ref: int, code: ErrorCode) -> list[Effect]:
        """The authenticator does not: `unauthorized`, or `auth_unavailable`."""
        if ref:
            return self._renewing.refuse(ref, code)
        if self.phase is not Phase.VERIFYING:
            return []
        unknown = code is ErrorCode.AUTH_UNAVAILABLE
        return self._break(
            code, codes.AUTH_UNAVAILABLE if unknown else codes.UNAUTHORIZED
        )

    def use_flags(self, holding: Holding) -> list[Effect]:
        """Something else is on for the client: tell it what, and put it out where it may not be any more."""
        changed = {} if self.flags is None else holding.since(self.flags)
        if self.phase is not Phase.READY or not changed:
            return []
        holding.given(changed)
        self.flags = holding
        return [Send(encode(Flags(changed))), *self.members.shut_out(holding.shut)]

    @property
    def _renewing(self) -> Renewing:
        is_known = self.contract.auth is not None
        return Renewing(is_known, self.standing, self.answers, self.members)

    def _greet(self, hello: HelloInfo, now: float) -> list[Effect]:
        unfit = mismatch(self.contract, hello)
        if unfit is not None:
            self.observer.unserved(hello)
            return self._break(*unfit)
        auth, token = self.contract.auth, hello.token
        if auth is None or (auth.anonymous and token is UNSET):
            return self._welcome(hello, NOBODY, now)
        self._hello, self.phase = hello, Phase.VERIFYING
        return [Authenticate(Secret(token) if isinstance(token, str) else None, 0)]

    def _note(self, decoded: Decoded, now: float) -> None:
        self.ignored += isinstance(decoded, Ignored)
        if isinstance(decoded, Pong):
            self.observer.pong(self.pulse.round_trip(decoded.tick, now))

    def _hold(self, data: str | bytes) -> list[Effect]:
        if self._held is None:
            self._held = Held(4 * self.contract.limits.frame)
        if self._held.add(data):
            return []
        words = "too much was sent before the welcome"
        return self._break(ErrorCode.PROTOCOL_ERROR, codes.PROTOCOL_ERROR, words)

    def _welcome(
        self, hello: HelloInfo, identity: Identity, now: float
    ) -> list[Effect]:
        admission = self.arrivals.admit(self.id, identity.subject, hello)
        self.phase, self.admission, self.id = Phase.READY, admission, admission.session
        self.standing.take(identity, now)
        self.decoder = self.decoder.speaking(hello.version, self.codec)
        self.answers.note(admission.last_ref or 0)
        self.pulse.start(now, self.phase_shift)
        self.phase_shift = 1.0  # one number for all: it has done its work
        self.flags = flags = self.hold(identity, self.id)
        if flags is not None:
            self.members.shut = flags.shut
        info = welcome(self.contract, admission, identity, flags)
        effects: list[Effect] = [Admitted(admission), Send(encode(Welcome(info)))]
        if self._draining is not None:
            effects.append(Send(encode(self._draining)))
        held, self._hello, self._held = self._held, None, None
        for data in () if held is None else held.messages:
            effects += self.receive(data, now)
        return effects

    def _event(self, frame: EventFrame, now: float) -> list[Effect]:
        ref, tag, answers = frame.ref, frame.event.tag, self.answers
        answers.note(ref)
        if frame.event.limit is not None:
            throttle = Throttle(self.answers, self.limiter)
            refused = throttle.event(tag, frame.event.limit, ref, now)
            if refused is not None:
                return refused
        membership = self.members.find(frame.address)
        if membership is None or membership.place.channel is not frame.channel:
            return answers.refuse(ref, ErrorCode.NOT_JOINED, now, tag=tag)
        if self.flags is not None and not self.flags.lets(tag):
            return answers.refuse(ref, ErrorCode.FLAG_OFF, now, tag=tag, count=False)
        if ref:
            if answers.is_owed(ref):
                return answers.refuse(0, ErrorCode.REF_IN_USE, now, tag=tag)
            if answers.are_full:
                code = ErrorCode.OVERLOADED
                return answers.refuse(ref, code, now, tag=tag, count=False)
            answers.expect(ref)
        if isinstance(frame.event, RelayEvent):
            return [Forward(membership, frame.event, ref, frame.raw)]
        return [Deliver(membership, frame.event, ref, frame.payload)]

    def _break(
        self, code: ErrorCode, close: CloseCode, words: str = ""
    ) -> list[Effect]:
        info = error_info(code, words)
        return [*self.answers.error(0, info), *self.end(close)]
