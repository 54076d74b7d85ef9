"""The client's side of the conversation, without I/O: what happened comes in, effects go out.

Idea: one machine for one client object. It outlives connections: memberships and their positions are kept, so that a
new connection joins again where the last one stood. Requests don't outlive a connection; whether a lost one took
effect is unknown, and its caller is told so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

import msgspec
from msgspec import UNSET, Raw, UnsetType

from rtgen_runtime import codes
from rtgen_runtime.client.backoff import STABLE, backoff
from rtgen_runtime.client.decoding import IncomingEvent, decode
from rtgen_runtime.client.effects import (
    ClientEffect,
    Ended,
    EventArrived,
    Greeted,
    HangUp,
    JoinSettled,
    PresenceHeard,
    RequestSettled,
    TokenNeeded,
    Transmit,
)
from rtgen_runtime.client.renewal import Renewal
from rtgen_runtime.codes import Verdict
from rtgen_runtime.declarations import Contract
from rtgen_runtime.frames import (
    Auth,
    AuthInfo,
    Error,
    ErrorInfo,
    Hello,
    HelloInfo,
    Join,
    Joined,
    JoinOptions,
    Leave,
    Left,
    Ping,
    Pong,
    Reply,
    Resync,
    Welcome,
    WelcomeInfo,
    encode,
    encode_event,
)
from rtgen_runtime.presence.frames import Presence

_GREETING = 10.0
"""Seconds a server has to answer `$hello`."""


class ClientPhase(Enum):
    """Where the client stands."""

    CONNECTING = auto()
    GREETING = auto()
    READY = auto()
    CLOSED = auto()


@dataclass(slots=True)
class _Member:
    """An address the client wants to be in."""

    address: str
    ref: int = 0
    joined: bool = False
    known: bool = False
    """Whether it was joined before, so that a gap matters."""
    position: tuple[str, int] | None = None
    rejoin_at: float = float("inf")
    """When to join again, after a resynchronisation that was spread over a while."""


@dataclass(slots=True)
class ClientMachine:
    """The pure half of a client. `random` gives numbers from 0 to 1."""

    contract: Contract
    client: str
    random: Callable[[], float]
    phase: ClientPhase = ClientPhase.CONNECTING
    reconnect_at: float = 0.0
    session: str = ""
    """What the last welcome gave, to be presented with the next hello."""
    renewal: Renewal = field(default_factory=Renewal)
    _failures: int = 0
    _opened: float = 0.0
    _heard: float = 0.0
    _patience: float = _GREETING
    _said: str = ""
    _rejoin_at: float = float("inf")
    _refs: int = 0
    _members: dict[str, _Member] = field(default_factory=dict)
    _requests: set[int] = field(default_factory=set)

    def opened(self, now: float, token: str | None = None) -> list[ClientEffect]:
        """The socket is open: greet, and join again behind it without waiting."""
        self.phase, self._opened, self._heard, self._patience = (
            ClientPhase.GREETING,
            now,
            now,
            _GREETING,
        )
        self._said = ""
        contract = self.contract
        hello = Hello(
            HelloInfo(
                contract=contract.name,
                version=contract.version,
                hash=contract.hash,
                client=self.client,
                session=self.session,
                token=UNSET if token is None else token,
            )
        )
        return [
            Transmit(encode(hello)),
            *(self._join(member) for member in self._members.values()),
        ]

    def received(self, data: str | bytes, now: float) -> list[ClientEffect]:
        """One message; never raises."""
        if self.phase not in {ClientPhase.GREETING, ClientPhase.READY}:
            return []
        self._heard = now
        frame = decode(data)
        match frame:
            case IncomingEvent():
                return self._event(frame)
            case Reply(ref, payload):
                if ref == self.renewal.ref and ref:
                    return self._renewed(payload, now)
                return self._settle(ref, payload)
            case Ping(tick):
                return [Transmit(encode(Pong(tick)))]
            case Joined():
                return self._joined(frame)
            case Error():
                return self._error(frame, now)
            case Welcome(info):
                return self._welcome(info, now)
            case Presence():
                member = self._members.get(frame.address)
                heard = member is not None and member.joined
                return [PresenceHeard(frame)] if heard else []
            case Left():
                return self._left(frame)
            case Resync(address, info):
                return self._resync(address, info.after, now)
            case _:
                return []

    def lost(self, code: int, reason: str, now: float) -> list[ClientEffect]:
        """The socket is closed, or could not be opened (1006): settle what hangs, and say when to try again."""
        if self.phase is ClientPhase.CLOSED:
            return []
        lived = now - self._opened if self.phase is not ClientPhase.CONNECTING else 0.0
        effects: list[ClientEffect] = [
            RequestSettled(ref) for ref in sorted(self._requests)
        ]
        self._requests.clear()
        verdict = codes.verdict(code, lived)
        for member in self._members.values():
            member.joined, member.rejoin_at = False, float("inf")
            if verdict is Verdict.FRESH:
                member.position = None
        self._rejoin_at = float("inf")
        self.renewal.stop()
        is_refused = verdict is Verdict.RENEW and not self.renewal.ask_anew()
        if verdict is Verdict.NEVER or is_refused:
            self.phase = ClientPhase.CLOSED
            return [*effects, Ended(code, self._said or reason)]
        if lived >= STABLE:
            self._failures = 0
        self.phase = ClientPhase.CONNECTING
        self.reconnect_at = now + backoff(self._failures, self.random)
        self._failures += 1
        return effects

    def tick(self, now: float) -> list[ClientEffect]:
        """Time has come to `next_deadline()`: a silent server is given up."""
        if now < self.next_deadline():
            return []
        if now >= self._heard + self._patience:
            self._patience = float("inf")
            return [HangUp(codes.SILENT)]
        due = [each for each in self._members.values() if each.rejoin_at <= now]
        if due:
            joins = [self._join(each) for each in due]
            self._note_rejoins()
            return joins
        self.renewal.wait()
        return [TokenNeeded()]

    def next_deadline(self) -> float:
        """When `tick` has something to do; infinity without a connection."""
        if self.phase in {ClientPhase.GREETING, ClientPhase.READY}:
            silent = self._heard + self._patience
            return min(silent, self.renewal.at, self._rejoin_at)
        return float("inf")

    def renew(self, token: str) -> list[ClientEffect]:
        """There is a newer token of the same subject."""
        if self.phase is not ClientPhase.READY:
            return []
        self.renewal.ref = self._next_ref()
        return [Transmit(encode(Auth(self.renewal.ref, token)))]

    def not_renewed(self, now: float) -> list[ClientEffect]:
        """There is none; the old one may still last a while."""
        self.renewal.failed(now)
        return []

    def close(self) -> list[ClientEffect]:
        """The user is done."""
        if self.phase is ClientPhase.CLOSED:
            return []
        effects: list[ClientEffect] = [
            RequestSettled(ref) for ref in sorted(self._requests)
        ]
        self._requests.clear()
        self.phase = ClientPhase.CLOSED
        return [*effects, Ended(1000, "closed by its user")]

    def join(self, address: str) -> list[ClientEffect]:
        """Be in a channel from now on, over all connections to come."""
        member = self._members[address] = _Member(address)
        if self.phase in {ClientPhase.GREETING, ClientPhase.READY}:
            return [self._join(member)]
        return []

    def leave(self, address: str) -> list[ClientEffect]:
        """Be in a channel no longer."""
        member = self._members.pop(address, None)
        if member is None or self.phase is not ClientPhase.READY:
            return []
        return [Transmit(encode(Leave(self._next_ref(), address)))]

    def is_joined(self, address: str) -> bool:
        """Whether events can be sent there now."""
        member = self._members.get(address)
        return member is not None and member.joined

    def ask(
        self, tag: str, address: str, payload: bytes
    ) -> tuple[int, list[ClientEffect]]:
        """Send a request; its ref. Only where `is_joined`."""
        ref = self._next_ref()
        self._requests.add(ref)
        return ref, [Transmit(encode_event(tag, ref, address, payload))]

    def tell(self, tag: str, address: str, payload: bytes) -> list[ClientEffect]:
        """Send an event without an answer. Only where `is_joined`."""
        return [Transmit(encode_event(tag, 0, address, payload))]

    def forget(self, ref: int) -> None:
        """Nobody waits for a request any more; a late answer is ignored."""
        self._requests.discard(ref)

    def _next_ref(self) -> int:
        self._refs += 1
        return self._refs

    def _join(self, member: _Member) -> ClientEffect:
        member.ref, member.joined = self._next_ref(), False
        member.rejoin_at = float("inf")
        return Transmit(
            encode(Join(member.ref, member.address, JoinOptions(since=member.position)))
        )

    def _joined(self, frame: Joined) -> list[ClientEffect]:
        member = self._members.get(frame.address)
        if member is None or member.ref != frame.ref:
            return []
        info = frame.info
        missed = member.known and not (info.recovered and member.position is not None)
        member.joined = member.known = True
        # The missed events that follow move the position one by one up to the one that the server returned.
        member.position = (info.epoch, info.offset - info.replay)
        settled = JoinSettled(
            frame.address,
            info,
            lost_continuity=(info.reason or "invalidated") if missed else "",
        )
        newest = (
            IncomingEvent(tag, 0, frame.address, bytes(payload))
            for tag, payload in info.state
        )
        return [settled, *(EventArrived(event) for event in newest)]

    def _welcome(self, info: WelcomeInfo, now: float) -> list[ClientEffect]:
        self.phase = ClientPhase.READY
        self.session = info.session
        self._patience = info.heartbeat.every + info.heartbeat.slack
        ttl = None if isinstance(info.auth, UnsetType) else info.auth.ttl
        self.renewal.holds(ttl, now, self.random)
        return [Greeted(info.session.partition(".")[0])]

    def _renewed(self, payload: Raw, now: float) -> list[ClientEffect]:
        try:
            ttl = msgspec.json.decode(payload, type=AuthInfo).ttl
        except ValueError:
            ttl = None
        self.renewal.holds(ttl, now, self.random)
        return []

    def _error(self, frame: Error, now: float) -> list[ClientEffect]:
        if frame.ref and frame.ref == self.renewal.ref:
            return self.not_renewed(now)
        if frame.ref == 0 and self.phase is ClientPhase.GREETING:
            self._said = frame.info.message
            return []
        if frame.ref in self._requests:
            self._requests.discard(frame.ref)
            return [RequestSettled(frame.ref, error=frame.info)]
        for member in self._members.values():
            if member.ref == frame.ref and not member.joined:
                del self._members[member.address]
                return [JoinSettled(member.address, error=frame.info)]
        return []

    def _settle(self, ref: int, payload: Raw) -> list[ClientEffect]:
        if ref not in self._requests:
            return []
        self._requests.discard(ref)
        return [RequestSettled(ref, bytes(payload))]

    def _left(self, frame: Left) -> list[ClientEffect]:
        member = self._members.get(frame.address)
        if member is None or member.ref != frame.ref:
            return []
        if frame.info.again in {Verdict.NOW, Verdict.BACKOFF, Verdict.FRESH}:
            if frame.info.again == Verdict.FRESH:
                member.position = None
            return [self._join(member)]
        del self._members[frame.address]
        return [
            JoinSettled(
                frame.address,
                error=ErrorInfo(code=frame.info.code, message="put out by the server"),
            )
        ]

    def _resync(self, address: str, after: float, now: float) -> list[ClientEffect]:
        """Join again at a random moment of the next `after` seconds, so that not all members come at once."""
        member = self._members.get(address)
        if member is None:
            return []
        if after <= 0:
            return [self._join(member)]
        member.rejoin_at = now + after * self.random()
        self._note_rejoins()
        return []

    def _note_rejoins(self) -> None:
        rejoins = (each.rejoin_at for each in self._members.values())
        self._rejoin_at = min(rejoins, default=float("inf"))

    def _event(self, event: IncomingEvent) -> list[ClientEffect]:
        member = self._members.get(event.address)
        if member is None or not member.joined:
            return []
        if event.offset and member.position is not None:
            epoch, offset = member.position
            if event.offset <= offset:
                return []  # seen already
            member.position = (epoch, event.offset)
        return [EventArrived(event)]
