"""What a server of an old version has left in a store: recorded events, newest values, and remembered answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rtgen.contract.matching import matched
from rtgen.contract.model import Channel, ClientEvent, Contract, Event, ServerEvent
from rtgen.conversion.obstacle import Obstacle
from rtgen.conversion.planning import Planner
from rtgen.conversion.steps import Functions
from rtgen.conversion.trimming import Trimming
from rtgen.conversion.versions import ErrorPlan, Kept
from rtgen.conversion.walk import Sides
from rtgen.schema.types import NullType

_NOTHING = NullType()


@dataclass(frozen=True, slots=True)
class Stored:
    """What is done when it is read, and what stands against it."""

    kept: tuple[Kept, ...]
    functions: Functions
    unread: tuple[Obstacle, ...]


def kept_by(old: Contract, now: Contract) -> Stored:
    """What becomes of all that an old server keeps."""
    reading = _Reading(old, now, Planner(Sides(old.types_by_name, now.types_by_name, to_now=True)))
    raw = [*reading.all()]
    trimming = reading.planner.trimmed()
    kept = tuple(made for each in raw if _says_something(made := _trimmed(each, trimming)))
    plans = [plan for each in kept for plan in (each.payload, each.reply)]
    plans += [error.data for each in kept for _, error in each.errors if error is not None]
    return Stored(kept, trimming.functions(plans), tuple(dict.fromkeys(reading.planner.sides.obstacles)))


def _says_something(each: Kept) -> bool:
    return each.tag != each.old or bool(each.payload or each.reply or each.errors)


def _trimmed(each: Kept, trimming: Trimming) -> Kept:
    errors = trimmed_errors(each.errors, trimming)
    return replace(each, payload=trimming.plan(each.payload), reply=trimming.plan(each.reply), errors=errors)


Errors = tuple[tuple[str, ErrorPlan | None], ...]


def trimmed_errors(errors: Errors, trimming: Trimming) -> Errors:
    """Without those that are the same in both versions."""
    made = ((code, error and replace(error, data=trimming.plan(error.data))) for code, error in errors)
    return tuple((code, error) for code, error in made if error is None or error.code != code or error.data)


@dataclass(slots=True)
class _Reading:
    old: Contract
    now: Contract
    planner: Planner
    tags: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.tags = {f"{channel.name}.{event.name}" for channel in self.now.channels for event in channel.events}

    def all(self) -> Iterator[Kept]:
        """Every event of which something is kept."""
        channels = {old.name: now for old, now in matched(self.old.channels, self.now.channels)}
        for channel in self.old.channels:
            now = channels.get(channel.name)
            others = {old.name: each for old, each in matched(channel.events, now.events)} if now is not None else {}
            for event in channel.events:
                if now is not None:
                    yield from self._event(channel, event, now, others.get(event.name))
                elif _is_kept(event) and f"{channel.name}.{event.name}" in self.tags:
                    yield Kept(f"{channel.name}.{event.name}", None)

    def _event(self, channel: Channel, old: Event, now: Channel, other: Event | None) -> Iterator[Kept]:
        tag = f"{channel.name}.{old.name}"
        if not _is_kept(old):
            return
        sides = self.planner.sides
        sides.place, sides.span = tag, (other or now).span
        match old, other:
            case (ServerEvent(), ServerEvent()):
                sides.place = f"{tag} payload"
                payload = self.planner.plan(old.payload or _NOTHING, other.payload or _NOTHING)
                yield Kept(tag, f"{now.name}.{other.name}", payload)
            case (ClientEvent(), ClientEvent()) if old.reply is not None and other.reply is not None:
                sides.place = f"{tag} reply"
                reply = self.planner.plan(old.reply, other.reply)
                yield Kept(tag, f"{now.name}.{other.name}", None, reply, tuple(self._errors(old, other)))
            case _ if tag in self.tags:
                yield Kept(tag, None)
            case _:
                return

    def _errors(self, old: ClientEvent, now: ClientEvent) -> Iterator[tuple[str, ErrorPlan | None]]:
        known = {was.name: is_now for was, is_now in matched(self.old.errors, self.now.errors)}
        for each in (self.old.errors_by_name[name] for name in old.errors):
            other = known.get(each.name)
            if other is None or other.name not in now.errors:
                yield each.name, None
                continue
            self.planner.sides.place = f"data of {each.name}"
            data = self.planner.plan(each.data or _NOTHING, other.data or _NOTHING)
            yield each.name, ErrorPlan(other.name, data)


def _is_kept(event: Event) -> bool:
    if isinstance(event, ServerEvent):
        return event.recorded or event.latest is not None
    return isinstance(event, ClientEvent) and event.idempotent > 0
