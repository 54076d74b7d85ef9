"""An old and a new version of a contract, matched up by names: what the rules look at."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from rtgen.checks.evolution.rule import Place
from rtgen.checks.evolution.semver import Step
from rtgen.checks.evolution.traffic import Traffic
from rtgen.checks.going import Mark, marks
from rtgen.contract.flags import Flag
from rtgen.contract.matching import matched
from rtgen.contract.model import (
    Channel,
    ClientEvent,
    Contract,
    DomainError,
    Event,
    RelayEvent,
    ServerEvent,
)
from rtgen.schema.changes import Change, Changes
from rtgen.schema.inclusion import Inclusion
from rtgen.schema.types import NullType, TypeNode
from rtgen.source.span import Span

_NOTHING = NullType()
"""What travels where an event carries nothing."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One value that both versions know: its schema in each, and where it goes."""

    place: Place
    traffic: Traffic
    old: TypeNode
    new: TypeNode
    old_span: Span | None
    new_span: Span | None
    kept: float = 0.0
    """For how many seconds old values of it are kept and given to new clients."""
    from_server: bool = False
    """Whether it is a server that sends it, where both ages see it."""


@dataclass(frozen=True)
class ChannelPair:
    """One channel in both versions."""

    old: Channel
    new: Channel

    def place(self, event: Event | None = None) -> Place:
        """The channel itself, or one of its events."""
        return Place(self.old.name, "" if event is None else event.name)

    @cached_property
    def events(self) -> tuple[tuple[Event, Event], ...]:
        """Events that are in both, renamed ones too, in the old version's order."""
        return matched(self.old.events, self.new.events)

    @cached_property
    def removed(self) -> tuple[Event, ...]:
        """Events that the new version has no more."""
        kept = {old.name for old, _ in self.events}
        return tuple(each for each in self.old.events if each.name not in kept)

    @cached_property
    def added(self) -> tuple[Event, ...]:
        """Events that the old version did not have."""
        known = {new.name for _, new in self.events}
        return tuple(each for each in self.new.events if each.name not in known)


@dataclass(frozen=True)
class Pair:
    """Two versions on a day. Everything that many rules share is made once."""

    old: Contract
    new: Contract
    today: date = field(default=date.min)
    step: Step = Step.NONE
    """How far the version has to go for what the other rules found."""

    @cached_property
    def channels(self) -> tuple[ChannelPair, ...]:
        """Channels that are in both, renamed ones too, in the old version's order."""
        return tuple(ChannelPair(old, new) for old, new in matched(self.old.channels, self.new.channels))

    @cached_property
    def removed(self) -> tuple[Channel, ...]:
        """Channels that the new version has no more."""
        kept = {each.old.name for each in self.channels}
        return tuple(each for each in self.old.channels if each.name not in kept)

    @cached_property
    def added(self) -> tuple[Channel, ...]:
        """Channels that the old version did not have."""
        known = {each.new.name for each in self.channels}
        return tuple(each for each in self.new.channels if each.name not in known)

    @cached_property
    def events(self) -> tuple[tuple[Place, Event, Event], ...]:
        """Events that both versions have."""
        return tuple((channel.place(old), old, new) for channel in self.channels for old, new in channel.events)

    @property
    def client_events(self) -> Iterator[tuple[Place, ClientEvent, ClientEvent]]:
        """Events that a handler receives in both."""
        for place, old, new in self.events:
            if isinstance(old, ClientEvent) and isinstance(new, ClientEvent):
                yield place, old, new

    @property
    def server_events(self) -> Iterator[tuple[Place, ServerEvent, ServerEvent]]:
        """Events that the server emits in both."""
        for place, old, new in self.events:
            if isinstance(old, ServerEvent) and isinstance(new, ServerEvent):
                yield place, old, new

    @property
    def sent_events(self) -> Iterator[tuple[Place, ClientEvent | RelayEvent, ClientEvent | RelayEvent]]:
        """Events that clients send in both."""
        for place, old, new in self.events:
            if not isinstance(old, ServerEvent) and not isinstance(new, ServerEvent):
                yield place, old, new

    @property
    def heard_events(self) -> Iterator[tuple[Place, ServerEvent | RelayEvent, ServerEvent | RelayEvent]]:
        """Events that members hear in both."""
        for place, old, new in self.events:
            if not isinstance(old, ClientEvent) and not isinstance(new, ClientEvent):
                yield place, old, new

    @cached_property
    def errors(self) -> tuple[tuple[DomainError, DomainError], ...]:
        """Errors that are in both, renamed ones too."""
        return matched(self.old.errors, self.new.errors)

    @cached_property
    def marks(self) -> tuple[tuple[Place, Mark, Mark], ...]:
        """Everything that can be deprecated and has one name in both."""
        theirs = {each.key: each for each in marks(self.new)}
        return tuple((Place(*each.key), each, theirs[each.key]) for each in marks(self.old) if each.key in theirs)

    @cached_property
    def flags(self) -> tuple[tuple[Flag, Flag], ...]:
        """Flags of one name in both."""
        theirs = {each.name: each for each in self.new.flags}
        return tuple((each, theirs[each.name]) for each in self.old.flags if each.name in theirs)

    @cached_property
    def meetings(self) -> tuple[Meeting, ...]:
        """Every value that both versions know."""
        return tuple(_meetings(self))

    @cached_property
    def changes(self) -> tuple[tuple[Meeting, Change], ...]:
        """Every change of every value, where it is met."""
        walk = Changes(self.old.types_by_name, self.new.types_by_name)
        return tuple(
            (meeting, change)
            for meeting in self.meetings
            for change in walk.between(meeting.old, meeting.new, meeting.old_span, meeting.new_span)
        )

    @cached_property
    def from_old(self) -> Inclusion:
        """What the old version sends, read by the new one."""
        return Inclusion(self.old.types_by_name, self.new.types_by_name)

    @cached_property
    def from_new(self) -> Inclusion:
        """What the new version sends, read by the old one."""
        return Inclusion(self.new.types_by_name, self.old.types_by_name)


def _meetings(pair: Pair) -> Iterator[Meeting]:
    for channel in pair.channels:
        yield from _parameters(channel)
        yield from _presence(channel)
    for channel in pair.channels:
        for old, new in channel.events:
            yield from _event(channel, old, new)
    for old_error, new_error in pair.errors:
        place = Place(part=f"data of {old_error.name}")
        yield Meeting(
            place,
            Traffic.TO_CLIENT,
            old_error.data or _NOTHING,
            new_error.data or _NOTHING,
            old_error.span,
            new_error.span,
        )
    mine, theirs = pair.old.auth, pair.new.auth
    if mine and theirs and mine.claims is not None and theirs.claims is not None:
        place = Place(part="claims")
        yield Meeting(place, Traffic.TO_SERVER, mine.claims, theirs.claims, pair.old.span, pair.new.span)


def _parameters(channel: ChannelPair) -> Iterator[Meeting]:
    theirs = {each.name: each for each in channel.new.parameters}
    for each in channel.old.parameters:
        other = theirs.get(each.name)
        if other is not None:
            place = Place(channel.old.name, part=f"parameter {each.name}")
            yield Meeting(place, Traffic.TO_SERVER, each.type, other.type, each.span, other.span)


def _presence(channel: ChannelPair) -> Iterator[Meeting]:
    mine, theirs = channel.old.presence, channel.new.presence
    if mine and theirs:
        place = Place(channel.old.name, part="presence")
        yield Meeting(place, Traffic.SHARED, mine.state, theirs.state, channel.old.span, channel.new.span)


def _event(channel: ChannelPair, old: Event, new: Event) -> Iterator[Meeting]:
    place = replace(channel.place(old), part="payload")
    mine, theirs = old.payload or _NOTHING, new.payload or _NOTHING
    spans = (old.span, new.span)
    match old, new:
        case (ClientEvent(), ClientEvent()):
            yield Meeting(place, Traffic.TO_SERVER, mine, theirs, *spans)
            yield from _reply(channel, old, new)
        case (RelayEvent(), RelayEvent()):
            yield Meeting(place, Traffic.SHARED, mine, theirs, *spans)
        case (ServerEvent(), ServerEvent()):
            kept = _kept(channel, old)
            traffic = Traffic.SHARED if kept or old.latest or old.conflate else Traffic.TO_CLIENT
            yield Meeting(place, traffic, mine, theirs, *spans, kept=kept, from_server=True)


def _reply(channel: ChannelPair, old: ClientEvent, new: ClientEvent) -> Iterator[Meeting]:
    if old.reply is None or new.reply is None:
        return
    traffic = Traffic.SHARED if old.idempotent else Traffic.TO_CLIENT
    place = replace(channel.place(old), part="reply")
    yield Meeting(place, traffic, old.reply, new.reply, old.span, new.span, kept=old.idempotent, from_server=True)


def _kept(channel: ChannelPair, event: ServerEvent) -> float:
    history = channel.old.history
    return history.seconds if event.recorded and history is not None else 0.0
