"""From two versions of a contract to what has to be done between them, channel by channel and event by event."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rtgen.contract.matching import matched
from rtgen.contract.model import Channel, ClientEvent, Contract, Event, ServerEvent
from rtgen.conversion.addresses import address_of
from rtgen.conversion.planning import Planner
from rtgen.conversion.storing import kept_by, trimmed_errors
from rtgen.conversion.trimming import Trimming
from rtgen.conversion.versions import ChannelPlan, ErrorPlan, Heard, PresencePlan, Sent, VersionPlan
from rtgen.conversion.walk import Sides
from rtgen.schema.types import NullType

NOTHING = NullType()
"""What travels where an event carries nothing."""


def plan_version(old: Contract, now: Contract) -> VersionPlan:
    """What clients of an old version need, and stores that its servers have left."""
    bridge = _Bridge(old, now)
    sent, heard, channels = [*bridge.sent()], [*bridge.heard()], [*bridge.channels()]
    store = kept_by(old, now)
    forward, back = bridge.forward.trimmed(), bridge.back.trimmed()
    sent = [made for each in sent if _says_something(made := _trimmed_sent(each, forward, back))]
    heard = [told for each in heard if _differs(told := replace(each, payload=back.plan(each.payload)))]
    channels = [place for each in channels if _is_other(place := _trimmed_channel(each, forward, back))]
    shown = [each.presence for each in channels if each.presence is not None]
    to_now = forward.functions([*(each.payload for each in sent), *(each.shown for each in shown)])
    to_old = back.functions(
        [
            *(each.reply for each in sent),
            *(error.data for each in sent for _, error in each.errors if error is not None),
            *(each.payload for each in heard),
            *(each.seen for each in shown),
        ]
    )
    return VersionPlan(
        old,
        now,
        tuple(sent),
        tuple(heard),
        tuple(channels),
        store.kept,
        {**to_now, **store.functions},
        to_old,
        tuple(dict.fromkeys((*bridge.forward.sides.obstacles, *bridge.back.sides.obstacles))),
        store.unread,
    )


def _says_something(each: Sent) -> bool:
    return each.tag != each.old or bool(each.payload or each.reply or each.errors)


def _differs(each: Heard) -> bool:
    return each.tag != each.old or each.payload is not None


def _is_other(each: ChannelPlan) -> bool:
    return bool(each.address) or each.presence is not None


def _trimmed_sent(each: Sent, forward: Trimming, back: Trimming) -> Sent:
    errors = trimmed_errors(each.errors, back)
    return replace(each, payload=forward.plan(each.payload), reply=back.plan(each.reply), errors=errors)


def _trimmed_channel(each: ChannelPlan, forward: Trimming, back: Trimming) -> ChannelPlan:
    if each.presence is None:
        return each
    shown, seen = forward.plan(each.presence.shown), back.plan(each.presence.seen)
    same = each.presence.known and shown is None and seen is None
    return replace(each, presence=None if same else PresencePlan(shown, seen, each.presence.known))


@dataclass(slots=True)
class _Bridge:
    old: Contract
    now: Contract
    forward: Planner = field(init=False)
    back: Planner = field(init=False)
    pairs: tuple[tuple[Channel, Channel], ...] = field(init=False)

    def __post_init__(self) -> None:
        mine, theirs = self.old.types_by_name, self.now.types_by_name
        self.forward = Planner(Sides(mine, theirs, to_now=True))
        self.back = Planner(Sides(theirs, mine, to_now=False))
        self.pairs = matched(self.old.channels, self.now.channels)

    def _at(self, place: str, event: Event | Channel) -> None:
        """Where obstacles are from here on; they are shown in the contract of now."""
        for each in (self.forward, self.back):
            each.sides.place, each.sides.span = place, event.span

    def channels(self) -> Iterator[ChannelPlan]:
        """What is known of channels beside their events."""
        for old, now in self.pairs:
            self._at(old.name, now)
            address, parameters = address_of(old, now, self.forward.sides)
            yield ChannelPlan(now.name, address, parameters, self._presence(old, now))
        kept = {old.name for old, _ in self.pairs}
        for old in self.old.channels:
            if old.name not in kept and old.name not in self.now.removed:
                self._at(old.name, old)
                hint = f"Keep it, or say that it is gone for good: `removed: [{old.name}]` in the contract."
                self.forward.sides.stop("", "this channel is gone", hint, self.now.span)

    def _presence(self, old: Channel, now: Channel) -> PresencePlan | None:
        if now.presence is None:
            if old.presence is not None:
                self.forward.sides.stop("", "it has no presence any more", "Keep it.")
            return None
        if old.presence is None:
            return PresencePlan(known=False)
        self._at(f"{old.name} presence", now)
        mine, theirs = old.presence.state, now.presence.state
        return PresencePlan(self.forward.plan(mine, theirs), self.back.plan(theirs, mine))

    def sent(self) -> Iterator[Sent]:
        """What old clients send."""
        tags = {f"{channel.name}.{event.name}" for channel in self.now.channels for event in channel.events}
        for channel, now in self.pairs:
            others = {old.name: event for old, event in matched(channel.events, now.events)}
            for event in channel.events:
                tag, other = f"{channel.name}.{event.name}", others.get(event.name)
                self._at(tag, other or now)
                if isinstance(event, ServerEvent):
                    continue
                if other is None or isinstance(other, ServerEvent):
                    yield from self._gone(event, now, tag, tags)
                else:
                    yield self._sent(event, other, tag, f"{now.name}.{other.name}")
        known = {old.name for old, _ in self.pairs}
        for channel in self.old.channels:
            for event in channel.events if channel.name not in known else ():
                tag = f"{channel.name}.{event.name}"
                if tag in tags and not isinstance(event, ServerEvent):
                    yield Sent(tag, None)

    def _gone(self, event: Event, now: Channel, tag: str, tags: set[str]) -> Iterator[Sent]:
        if event.name not in now.removed:
            hint = f"Keep it, or say that it is gone for good: `removed: [{event.name}]` in the channel."
            self.forward.sides.stop("", "clients can't send this event any more", hint)
        elif tag in tags:
            yield Sent(tag, None)

    def _sent(self, old: Event, now: Event, tag: str, other: str) -> Sent:
        self.forward.sides.place = f"{tag} payload"
        payload = self.forward.plan(old.payload or NOTHING, now.payload or NOTHING)
        if not isinstance(old, ClientEvent) or old.reply is None:
            return Sent(tag, other, payload)
        self.back.sides.place = f"{tag} reply"
        if not isinstance(now, ClientEvent) or now.reply is None:
            self.back.sides.stop("", "it is not answered any more, and old clients wait for an answer", "Answer it.")
            return Sent(tag, other, payload)
        return Sent(tag, other, payload, self.back.plan(now.reply, old.reply), tuple(self._errors(old, now)))

    def _errors(self, old: ClientEvent, now: ClientEvent) -> Iterator[tuple[str, ErrorPlan | None]]:
        known = {is_now.name: was for was, is_now in matched(self.old.errors, self.now.errors)}
        for each in (self.now.errors_by_name[name] for name in now.errors):
            mine = known.get(each.name)
            if mine is None or mine.name not in old.errors:
                yield each.name, None
                continue
            self.back.sides.place = f"data of {mine.name}"
            yield each.name, ErrorPlan(mine.name, self.back.plan(each.data or NOTHING, mine.data or NOTHING))

    def heard(self) -> Iterator[Heard]:
        """What is sent to clients, in the channels that old ones can join."""
        tags = {f"{channel.name}.{event.name}" for channel in self.old.channels for event in channel.events}
        for channel, now in self.pairs:
            others = {event.name: old for old, event in matched(channel.events, now.events)}
            for event in now.events:
                if isinstance(event, ClientEvent):
                    continue
                tag, old = f"{now.name}.{event.name}", others.get(event.name)
                if old is None or isinstance(old, ClientEvent):
                    yield Heard(tag, self._unknown(event, tag, tags))
                    continue
                self._at(f"{channel.name}.{old.name} payload", event)
                payload = self.back.plan(event.payload or NOTHING, old.payload or NOTHING)
                yield Heard(tag, f"{channel.name}.{old.name}", payload)

    @staticmethod
    def _unknown(event: Event, tag: str, tags: set[str]) -> str | None:
        """What is recorded is sent to everybody, since it moves the position; never under a tag that means another."""
        recorded = isinstance(event, ServerEvent) and event.recorded
        while recorded and tag in tags:
            tag = f"{tag}.new"
        return tag if recorded and tag.endswith(".new") else None
