"""What is said on connections: joins, events, requests. Which connections there are is `machine.py`'s business."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rtgen_runtime.client.backoff import LONGEST
from rtgen_runtime.client.deadlines import Deadlines
from rtgen_runtime.client.decoding import IncomingEvent, ServerFrame
from rtgen_runtime.client.effects import (
    ClientEffect,
    EventArrived,
    FlagsHeard,
    JoinPostponed,
    JoinSettled,
    PresenceHeard,
    RequestSettled,
    Transmit,
)
from rtgen_runtime.client.links import Link
from rtgen_runtime.client.memberships import Member, Memberships
from rtgen_runtime.client.notices import Notices
from rtgen_runtime.client.requests import Requests
from rtgen_runtime.client.transitions import MemberInput, MemberPhase
from rtgen_runtime.codes import Verdict
from rtgen_runtime.declarations import Contract
from rtgen_runtime.flags.frames import Flags
from rtgen_runtime.frames import (
    Deprecated,
    Error,
    ErrorInfo,
    Join,
    Joined,
    JoinOptions,
    Leave,
    Left,
    Position,
    Reply,
    Resync,
    encode,
)
from rtgen_runtime.presence.frames import Presence

LATE = ErrorInfo(
    code="timeout", message="the join was not answered in time", retryable=True
)
"""Of a join that got no answer."""


@dataclass(slots=True)
class Conversing:
    """Memberships and requests of one client. `wants_token`: a membership can't go on without another one."""

    contract: Contract
    random: Callable[[], float]
    members: Memberships = field(default_factory=Memberships)
    requests: Requests = field(default_factory=Requests)
    deadlines: Deadlines = field(default_factory=Deadlines)
    notices: Notices = field(default_factory=Notices)
    wants_token: bool = False
    ignored: int = 0
    """Frames and events of later versions, and such that can't be read."""
    _refs: int = 0

    def next_ref(self) -> int:
        """A ref is used once in a client's life, so late answers find nobody."""
        self._refs += 1
        return self._refs

    def may_send(self, address: str) -> bool:
        """Whether the server takes events for an address now."""
        member = self.members.by_address.get(address)
        return member is not None and member.may_send

    def needs(self, link: int) -> bool:
        """Whether a connection that is to be closed is still waited for."""
        return self.requests.are_on(link) or self.members.rest_on(link)

    def join(
        self, address: str, position: Position | None, links: Sequence[int], now: float
    ) -> list[ClientEffect]:
        """Be in a channel; `links` are the connections that can be spoken on, the one that serves first."""
        member = self.members.by_address.setdefault(address, Member(address))
        if position is not None:
            member.position, member.known = position, True
        effects: list[ClientEffect] = []
        for link in links:
            if member.link in {0, link}:
                effects.append(self._join(member, link, now))
            else:
                effects.append(self._move(member, link))
        return effects

    def hold(self, address: str) -> None:
        """Deliver nothing until `rejoin`; what comes meanwhile comes again with the join."""
        member = self.members.by_address.get(address)
        if member is not None and member.phase is MemberPhase.JOINED:
            member.take(MemberInput.RESYNC)
            member.pause(float("inf"))

    def rejoin(
        self, address: str, position: Position | None, current: Link | None, now: float
    ) -> list[ClientEffect]:
        """Go on from a position; `None` for where it stands."""
        member = self.members.by_address.get(address)
        if member is None:
            return []
        member.position = position or member.position
        if current is None or member.phase is not MemberPhase.PAUSED:
            return []
        return [self._join(member, current.number, now)]

    def join_all(self, link: int, now: float, *, moves: bool) -> list[ClientEffect]:
        """A connection is there: join every channel on it; `moves`: another one still serves."""
        return [
            self._move(member, link)
            if moves and member.link
            else self._join(member, link, now)
            for member in tuple(self.members.by_address.values())
        ]

    def greeted(
        self, link: int, last_ref: int | None, *, is_same: bool
    ) -> list[ClientEffect]:
        """A connection serves: settle or send again what older ones left open, behind the joins."""
        effects: list[ClientEffect] = list(
            self.requests.judge(last_ref, is_same=is_same)
        )
        for request in tuple(self.requests.pending.values()):
            if request.link == 0:
                member = self.members.by_address.get(request.address)
                if member is not None and link in _links_of(member):
                    request.link = link
                    effects.append(Transmit(link, request.frame))
        return effects

    def receive(self, link: int, frame: ServerFrame, now: float) -> list[ClientEffect]:
        """A frame of the conversation."""
        match frame:
            case IncomingEvent():
                return self._event(link, frame)
            case Reply(ref, payload):
                return list(self.requests.settle(ref, bytes(payload)))
            case Joined():
                return self._joined(link, frame, now)
            case Error():
                return self._refused(link, frame, now)
            case Presence():
                member = self.members.current(link, frame.address)
                is_in = member is not None and member.phase is MemberPhase.JOINED
                return [PresenceHeard(frame)] if is_in else []
            case Left():
                return self._left(link, frame, now)
            case Resync():
                return self._resync(link, frame, now)
            case Deprecated(info):
                self.notices.hear(info)
                return []
            case Flags(values):
                return [FlagsHeard(values)]
            case _:
                return []

    def lost(self, link: int) -> None:
        """A connection is gone."""
        self.requests.hold(link)
        for member in self.members.by_address.values():
            member.lost(link)

    def tick(self, current: Link | None, now: float) -> list[ClientEffect]:
        """What is due: requests that waited long enough, joins to be tried again or given up."""
        effects: list[ClientEffect] = []
        for at, address, ref in self.deadlines.due(now):
            if ref:
                effects += self.requests.overdue(ref, at)
            member = self.members.by_address.get(address)
            if member is not None and member.until <= now:
                effects += self._due(member, current, now)
        return effects

    def leave(self, address: str) -> list[ClientEffect]:
        """Be in a channel no longer."""
        member = self.members.by_address.pop(address, None)
        if member is None:
            return []
        told = [link for link in _links_of(member) if link]
        leaves = [
            Transmit(link, encode(Leave(self.next_ref(), address))) for link in told
        ]
        return [*leaves, *self.requests.abandon(address)]

    def token_renewed(self, current: Link | None, now: float) -> list[ClientEffect]:
        """There is another token: join where the old one was not enough."""
        if current is None:
            return []
        return [
            self._join(member, current.number, now)
            for member in self.members.by_address.values()
            if member.needs_token
        ]

    def token_failed(self) -> list[ClientEffect]:
        """There is none."""
        ended = [each for each in self.members.by_address.values() if each.needs_token]
        info = ErrorInfo(code="unauthorized", message="there is no other token")
        return [effect for member in ended for effect in self._end(member, info)]

    def end(self) -> list[RequestSettled]:
        """The client is closed."""
        self.members.by_address.clear()
        self.deadlines.clear()
        return self.requests.end_all()

    def _join(self, member: Member, link: int, now: float) -> ClientEffect:
        member.begin(link, self.next_ref(), now)
        self.deadlines.set(member.until, member.address)
        return self._joining(member, link, member.ref)

    def _move(self, member: Member, link: int) -> ClientEffect:
        member.moving = (link, self.next_ref())
        return self._joining(member, *member.moving)

    @staticmethod
    def _joining(member: Member, link: int, ref: int) -> ClientEffect:
        options = JoinOptions(since=member.position)
        return Transmit(link, encode(Join(ref, member.address, options)))

    def _joined(self, link: int, frame: Joined, now: float) -> list[ClientEffect]:
        member = self.members.of_join(link, frame.ref)
        if member is None or member.address != frame.address:
            return []
        lost = member.grant(frame.info, now)
        if member.moving == (link, frame.ref):
            member.link, member.ref = member.moving
            member.moving, member.phase = None, MemberPhase.JOINING
        member.take(MemberInput.GRANTED)
        settled = JoinSettled(frame.address, frame.info, lost_continuity=lost)
        newest = (
            IncomingEvent(tag, 0, frame.address, bytes(payload))
            for tag, payload in frame.info.state
            if tag in self.contract.events
        )
        held = [
            Transmit(link, self._again(each.ref, link))
            for each in self.requests.held(frame.address)
        ]
        return [settled, *(EventArrived(event) for event in newest), *held]

    def _again(self, ref: int, link: int) -> bytes:
        request = self.requests.pending[ref]
        request.link = link
        return request.frame

    def _refused(self, link: int, frame: Error, now: float) -> list[ClientEffect]:
        settled = self.requests.settle(frame.ref, error=frame.info)
        if settled:
            return list(settled)
        member = self.members.of_join(link, frame.ref)
        if member is None:
            return []
        if member.moving == (link, frame.ref):
            # What the old connection still delivers is worth less than being told why there is no new one.
            member.link, member.ref = member.moving
            member.moving, member.phase = None, MemberPhase.JOINING
        if not frame.info.retryable:
            member.take(MemberInput.REFUSED)
            return self._end(member, frame.info)
        least = max(frame.info.retry_after, 0.0)
        return self._put_off(member, Verdict.BACKOFF, frame.info, now, least)

    def _put_off(
        self, member: Member, again: str, error: ErrorInfo, now: float, least: float
    ) -> list[ClientEffect]:
        member.put_off(again, now, self.random, least)
        self.deadlines.set(member.until, member.address)
        return [JoinPostponed(member.address, error)]

    def _end(self, member: Member, error: ErrorInfo) -> list[ClientEffect]:
        del self.members.by_address[member.address]
        return [
            JoinSettled(member.address, error=error),
            *self.requests.abandon(member.address),
        ]

    def _left(self, link: int, frame: Left, now: float) -> list[ClientEffect]:
        member = self.members.current(link, frame.address)
        if member is None or member.ref != frame.ref:
            return []
        info = ErrorInfo(code=frame.info.code, message="put out by the server")
        if member.moving is not None:  # the newer connection speaks for itself
            return []
        if frame.info.again in {Verdict.NOW, Verdict.BACKOFF, Verdict.FRESH}:
            return self._put_off(member, frame.info.again, info, now, 0.0)
        if frame.info.again == Verdict.RENEW:
            member.take(MemberInput.POSTPONED)
            member.pause(float("inf"))
            member.needs_token, self.wants_token = True, True
            member.may_send = False
            return []
        member.take(MemberInput.PUT_OUT)
        return self._end(member, info)

    def _resync(self, link: int, frame: Resync, now: float) -> list[ClientEffect]:
        member = self.members.current(link, frame.address)
        if member is None or member.phase is not MemberPhase.JOINED:
            return []
        member.take(MemberInput.RESYNC)
        if member.moving is None:
            after = min(max(frame.info.after, 0.0), LONGEST)
            member.pause(now + after * self.random())
            self.deadlines.set(member.until, member.address)
        return []

    def _due(
        self, member: Member, current: Link | None, now: float
    ) -> list[ClientEffect]:
        member.until = float("inf")
        if member.phase is MemberPhase.PAUSED and current is not None:
            return [self._join(member, current.number, now)]
        if member.phase is MemberPhase.JOINING:
            return self._put_off(member, Verdict.BACKOFF, LATE, now, 0.0)
        return []

    def _event(self, link: int, event: IncomingEvent) -> list[ClientEffect]:
        member = self.members.current(link, event.address)
        is_in = member is not None and member.phase is MemberPhase.JOINED
        if member is None or not is_in or not member.hears(event.offset):
            return []
        if event.tag not in self.contract.events:
            self.ignored += 1
            return []
        return [EventArrived(event, member.position if event.offset else None)]


def _links_of(member: Member) -> tuple[int, ...]:
    moving = () if member.moving is None else (member.moving[0],)
    return (member.link, *moving)
