"""The client's side of the conversation, without I/O: what happened comes in, effects go out.

Idea: one machine for one client object. It outlives connections: memberships with their positions, and requests that
wait for their outcome, are kept. A new connection joins again where the last one stood, then sends again what may be
sent again, then what is new. Reports of a connection that was given up change nothing.

It wires its parts, each of which has one subject: `links.py` (connections), `memberships.py`, `requests.py`,
`renewal.py` (tokens), `deadlines.py` (time).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
from msgspec import Raw, UnsetType

from rtgen_runtime import codes
from rtgen_runtime.client.backoff import LONGEST
from rtgen_runtime.client.conversing import Conversing
from rtgen_runtime.client.decoding import IncomingEvent, ServerFrame, decode
from rtgen_runtime.client.effects import (
    ClientEffect,
    Ended,
    Greeted,
    HangUp,
    Open,
    RequestSettled,
    Status,
    StatusChanged,
    TokenNeeded,
    Transmit,
)
from rtgen_runtime.client.hello import hello
from rtgen_runtime.client.links import OPENING, Attempts, Link, LinkPhase, same_site
from rtgen_runtime.client.renewal import Renewal
from rtgen_runtime.client.requests import Pending
from rtgen_runtime.codes import Verdict
from rtgen_runtime.declarations import Contract
from rtgen_runtime.flags.frames import Flags
from rtgen_runtime.frames import (
    Auth,
    AuthInfo,
    Drain,
    DrainInfo,
    Error,
    Ping,
    Pong,
    Position,
    Reply,
    Welcome,
    WelcomeInfo,
    encode,
    encode_event,
)

_NEVER = float("inf")


@dataclass(slots=True)
class ClientMachine:
    """The pure half of a client. `random` gives numbers from 0 to 1, `url` is where it connects."""

    contract: Contract
    client: str
    random: Callable[[], float]
    url: str = ""
    status: Status = Status.IDLE
    session: str = ""
    """What the last welcome gave, to be presented with the next hello."""
    renewal: Renewal = field(default_factory=Renewal)
    conversing: Conversing = field(init=False)
    _attempts: Attempts = field(init=False)
    _current: Link | None = None
    _coming: Link | None = None
    _leaving: Link | None = None
    _numbers: int = 0
    _open_at: float = _NEVER
    _to: str = ""
    _is_same: bool = True
    _why: str = ""

    def __post_init__(self) -> None:
        self.conversing = Conversing(self.contract, self.random)
        self._attempts = Attempts(self.random)

    def start(self, now: float) -> list[ClientEffect]:
        """Connect, and stay connected as well as can be."""
        if self.status is not Status.IDLE:
            return []
        return self._told([self._open(now)])

    def opened(
        self, link: int, now: float, token: str | None = None
    ) -> list[ClientEffect]:
        """A socket is open: greet, and join again behind it without waiting."""
        coming = self._coming
        if coming is None or (coming.number, coming.phase) != (link, LinkPhase.OPENING):
            return []
        coming.phase = LinkPhase.GREETING
        greeting = hello(self.contract, self.client, self.session, token)
        joins = self.conversing.join_all(link, now, moves=self._current is not None)
        return [Transmit(link, greeting), *joins]

    def received(self, link: int, data: str | bytes, now: float) -> list[ClientEffect]:
        """One message; never raises."""
        known = self._link(link)
        if known is None or known.phase is LinkPhase.OPENING:
            return []
        known.heard(now)
        frame = decode(data)
        if frame is None:
            self.conversing.ignored += 1
            return []
        effects = self._frame(known, frame, now)
        if isinstance(frame, IncomingEvent | Ping | Pong):
            return effects
        return self._told([*effects, *self._finish_move()])

    def lost(self, link: int, code: int, reason: str, now: float) -> list[ClientEffect]:
        """A socket is closed, or could not be opened (1006): say when to try again."""
        known = self._link(link)
        return [] if known is None else self._told(self._lose(known, code, reason, now))

    def tick(self, now: float) -> list[ClientEffect]:
        """Time has come to `next_deadline()`."""
        effects: list[ClientEffect] = []
        for link in self._links():
            if now >= link.due:
                effects += self._silent(link, now)
        if now >= self._open_at:
            effects.append(self._open(now))
        if now >= self.renewal.at and self._current is not None:
            self.renewal.wait()
            effects.append(TokenNeeded())
        effects += self.conversing.tick(self._current, now)
        return self._told([*effects, *self._finish_move()])

    def next_deadline(self) -> float:
        """When `tick` has something to do; infinity when it has not."""
        if self.status in {Status.IDLE, Status.CLOSED}:
            return _NEVER
        due = min((each.due for each in self._links()), default=_NEVER)
        renewal = self.renewal.at if self._current is not None else _NEVER
        return min(due, renewal, self._open_at, self.conversing.deadlines.next())

    def renew(self, token: str) -> list[ClientEffect]:
        """There is a newer token of the same subject."""
        if self._current is None:
            return []
        self.renewal.ref = self.conversing.next_ref()
        return [Transmit(self._current.number, encode(Auth(self.renewal.ref, token)))]

    def not_renewed(self, now: float) -> list[ClientEffect]:
        """There is none; the old one may still last a while."""
        self.renewal.failed(now)
        return self.conversing.token_failed()

    def close(self) -> list[ClientEffect]:
        """The user is done."""
        if self.status is Status.CLOSED:
            return []
        hang_ups = [HangUp(each.number, 1000, "") for each in self._links()]
        return self._told([*hang_ups, *self._end(1000, "closed by its user")])

    def join(
        self, address: str, now: float, position: Position | None = None
    ) -> list[ClientEffect]:
        """Be in a channel from now on, over all connections to come; with a position, from there on."""
        if self.status is Status.CLOSED:
            return []
        links = (self._current, self._coming)
        numbers = [
            each.number
            for each in links
            if each is not None and each.phase is not LinkPhase.OPENING
        ]
        return self.conversing.join(address, position, numbers, now)

    def hold(self, address: str) -> list[ClientEffect]:
        """What was missed is being loaded: deliver nothing until `rejoin`."""
        self.conversing.hold(address)
        return []

    def rejoin(
        self, address: str, position: Position | None, now: float
    ) -> list[ClientEffect]:
        """Go on from the position of what was loaded; without one from where it stands."""
        current = self._current
        return self.conversing.rejoin(address, position, current, now)

    def leave(self, address: str) -> list[ClientEffect]:
        """Be in a channel no longer."""
        return self._told([*self.conversing.leave(address), *self._finish_move()])

    def is_joined(self, address: str) -> bool:
        """Whether events can be sent there now."""
        return self.conversing.may_send(address)

    def position(self, address: str) -> Position | None:
        """Up to where a channel was heard."""
        member = self.conversing.members.by_address.get(address)
        return None if member is None else member.position

    def ask(
        self,
        tag: str,
        address: str,
        payload: bytes,
        *,
        deadline: float = _NEVER,
        repeatable: bool = False,
    ) -> tuple[int, list[ClientEffect]]:
        """Send a request; its ref. Only where `is_joined`."""
        ref = self.conversing.next_ref()
        link = self.conversing.members.by_address[address].link
        frame = encode_event(tag, ref, address, payload)
        self.conversing.requests.add(
            Pending(ref, address, frame, repeatable, deadline, link)
        )
        self.conversing.deadlines.set(deadline, ref=ref)
        return ref, [Transmit(link, frame)]

    def tell(self, tag: str, address: str, payload: bytes) -> list[ClientEffect]:
        """Send an event without an answer. Only where `is_joined`."""
        link = self.conversing.members.by_address[address].link
        return [Transmit(link, encode_event(tag, 0, address, payload))]

    def forget(self, ref: int) -> list[ClientEffect]:
        """Nobody waits for a request any more; a late answer is ignored."""
        self.conversing.requests.pending.pop(ref, None)
        return self._told(self._finish_move())

    @property
    def waiting(self) -> frozenset[int]:
        """The refs of requests without an outcome."""
        return frozenset(self.conversing.requests.pending)

    @property
    def links(self) -> Mapping[int, LinkPhase]:
        """The connections there are, by number."""
        return {each.number: each.phase for each in self._links()}

    def _links(self) -> list[Link]:
        links = (self._leaving, self._current, self._coming)
        return [each for each in links if each is not None]

    def _link(self, number: int) -> Link | None:
        return next((each for each in self._links() if each.number == number), None)

    def _open(self, now: float) -> Open:
        self._numbers += 1
        self._open_at = _NEVER
        self._coming = Link(self._numbers, now + OPENING)
        to, self._to = self._to, ""
        return Open(self._numbers, to)

    def _frame(self, link: Link, frame: ServerFrame, now: float) -> list[ClientEffect]:
        match frame:
            case Ping(tick):
                return [Transmit(link.number, encode(Pong(tick)))]
            case Welcome(info):
                return self._welcome(link, info, now)
            case Drain(info):
                return self._drain(link, info, now)
            case Flags() if link is not self._current:
                return []
            case Reply(ref, payload) if ref and ref == self.renewal.ref:
                return self._renewed(payload, now)
            case Error(ref, info) if ref and ref == self.renewal.ref:
                return self.not_renewed(now)
            case Error(0, info):
                link.told(info)
                return []
            case _:
                effects = self.conversing.receive(link.number, frame, now)
                return [*effects, *self._ask_for_token()]

    def _welcome(self, link: Link, info: WelcomeInfo, now: float) -> list[ClientEffect]:
        if link is not self._coming or link.phase is not LinkPhase.GREETING:
            return []
        self._leaving, self._current, self._coming = self._current, link, None
        link.welcomed(info, now)
        name = info.session.partition(".")[0]
        self._is_same = name == self.session.partition(".")[0]
        self.session, self._why = info.session, ""
        ttl = None if isinstance(info.auth, UnsetType) else info.auth.ttl
        self.renewal.holds(ttl, now, self.random)
        again = self.conversing.greeted(
            link.number, link.last_ref, is_same=self._is_same
        )
        return [Greeted(name, info.flags), *again]

    def _drain(self, link: Link, info: DrainInfo, now: float) -> list[ClientEffect]:
        is_moving = self._coming is not None or self._open_at != _NEVER
        if link is not self._current or is_moving:
            return []
        within = min(max(info.within, 0.0), LONGEST)
        self._open_at = now + within * self.random()
        to = info.to if isinstance(info.to, str) else ""
        self._to = to if same_site(self.url, to) else ""
        return []

    def _finish_move(self) -> list[ClientEffect]:
        """The old connection has done its duty when every membership and every answer has left it."""
        link = self._leaving
        if link is None or self.conversing.needs(link.number):
            return []
        self._leaving = None
        return [HangUp(link.number, 1000, "moved")]

    def _renewed(self, payload: Raw, now: float) -> list[ClientEffect]:
        try:
            ttl = msgspec.json.decode(payload, type=AuthInfo).ttl
        except ValueError:
            ttl = None
        self.renewal.holds(ttl, now, self.random)
        return self.conversing.token_renewed(self._current, now)

    def _ask_for_token(self) -> list[ClientEffect]:
        """A membership ended until there is another token."""
        if not self.conversing.wants_token:
            return []
        self.conversing.wants_token = False
        if not self.renewal.is_possible:
            return self.conversing.token_failed()
        if self.renewal.is_under_way:
            return []
        self.renewal.wait()
        return [TokenNeeded()]

    def _silent(self, link: Link, now: float) -> list[ClientEffect]:
        if link.probe(now):
            return [Transmit(link.number, encode(Ping(0)))]
        hang_up = HangUp.because(link.number, codes.SILENT)
        return [hang_up, *self._lose(link, 0, "the server fell silent", now)]

    def _lose(
        self, link: Link, code: int, reason: str, now: float
    ) -> list[ClientEffect]:
        why = link.why(reason)
        self.conversing.lost(link.number)
        verdict = codes.verdict(code, link.lived(now))
        if verdict is Verdict.FRESH:
            self.conversing.members.forget_positions()
        if link is self._leaving:
            self._leaving = None
            return self._answer_lost(code)
        if link is self._current:
            self._current = None
            self.renewal.stop()
        else:
            self._coming = None
        if self._current is not None or self._coming is not None:
            # A move failed, and the old connection still serves; or the old one is gone, and the new one comes.
            if self._current is not None and verdict is not Verdict.NEVER:
                self._open_at = self._attempts.after(link, verdict, now)
            return []
        refused = verdict is Verdict.RENEW and not self.renewal.ask_anew()
        if verdict is Verdict.NEVER or refused:
            return self._end(code, why)
        self._why = why
        self._open_at = self._attempts.after(link, verdict, now)
        return []

    def _answer_lost(self, code: int) -> list[ClientEffect]:
        """The connection that was moved away from is gone with answers that it owed."""
        if self._current is None:
            return []
        # Replaced by the one that gave us `last_ref`: nobody else knows it.
        last_ref = self._current.last_ref if code == codes.REPLACED.code else None
        return self.conversing.greeted(
            self._current.number, last_ref, is_same=self._is_same
        )

    def _end(self, code: int, reason: str) -> list[ClientEffect]:
        self._current = self._coming = self._leaving = None
        self._open_at, self._why = _NEVER, reason
        self.status = Status.CLOSED
        self.renewal.stop()
        settled: list[RequestSettled] = self.conversing.end()
        return [*settled, StatusChanged(self.status, reason), Ended(code, reason)]

    def _told(self, effects: list[ClientEffect]) -> list[ClientEffect]:
        """Add how the connection stands now, if that is new."""
        if self.status is Status.CLOSED:
            return effects
        before = self.status
        if self._current is not None:
            self.status = Status.READY
        elif before in {Status.IDLE, Status.CONNECTING} and not self._attempts.failures:
            self.status = Status.CONNECTING
        else:
            self.status = Status.RECONNECTING
        if self.status is before:
            return effects
        return [*effects, StatusChanged(self.status, self._why)]
