"""Whether what the rules say of two versions comes true when both are run."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.testing import VirtualTime
from versions.conversation import Conversation, Failed
from versions.packages import TALKING, Packages
from versions.replaying import Replay
from versions.values import Values

from rtgen.checks.evolution.compare import Found, compare
from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Level, Verdict
from rtgen.checks.evolution.traffic import Order
from rtgen.contract.model import Contract
from rtgen.schema.types import Json

_ALL: Failed = ("", "")
"""Where no connection comes about: then nothing works."""


@dataclass(frozen=True)
class Judged:
    """What the rules say, and what failed, in one order of deployment."""

    order: Order
    said: tuple[Found, ...]
    """What the rules call breaking or undecided on the wire in this order."""
    failed: dict[Failed, str]

    @property
    def unforeseen(self) -> dict[Failed, str]:
        """What failed although all rules called it safe."""
        return {at: why for at, why in self.failed.items() if not any(_covers(each, at) for each in self.said)}

    @property
    def unfounded(self) -> tuple[Found, ...]:
        """What a rule calls breaking and works."""
        sure = (each for each in self.said if each.breach.verdict is Verdict.BREAKING)
        return tuple(each for each in sure if not any(at == _ALL or _covers(each, at) for at in self.failed))


def judged(packages: Packages, old: Contract, new: Contract, day: date = date.min) -> Iterator[Judged]:
    """Old client with new server, then new client with old server."""
    old, new = replace(old, version=TALKING), replace(new, version=TALKING)
    pair = Pair(old, new, day)
    found = compare(pair)
    for order, client, server in ((Order.SERVER_FIRST, old, new), (Order.CLIENT_FIRST, new, old)):
        said = tuple(
            each
            for each in found
            if each.rule.level is Level.WIRE and each.matters(frozenset({order}), frozenset(Level))
        )
        time = VirtualTime()
        talk = Conversation(
            packages.of(client),
            packages.of(server),
            Values(client, server, shown_by(found, from_old=client is old)),
            Values(server, client, shown_by(found, from_old=server is old)),
            MemoryStore(clock=time.wall),
        )
        again = Replay(talk.client, talk.server, talk.to_server)
        failed = {**asyncio.run(talk.run(time)), **asyncio.run(again.run(VirtualTime()))}
        yield Judged(order, said, {_as_before(at, pair): why for at, why in failed.items()})


def shown_by(found: tuple[Found, ...], *, from_old: bool) -> tuple[tuple[str, Json], ...]:
    """The values that show breaches, of what the old version sends or the new one, each with its place."""
    return tuple(
        (str(replace(each.breach.place, pointer="")), each.breach.shown.value)
        for each in found
        if each.breach.shown is not None and each.breach.crossing and each.breach.crossing.from_old is from_old
    )


def _covers(found: Found, at: Failed) -> bool:
    """Whether a rule speaks of where something failed: of the event, of its channel, or of all."""
    place, (channel, event) = found.breach.place, at
    return place.channel in {"", channel} and place.event in {"", event}


def _as_before(at: Failed, pair: Pair) -> Failed:
    """A place by the old version's names, as rules have it."""
    for channel in pair.channels:
        if at[0] in {channel.old.name, channel.new.name}:
            events = {new.name: old.name for old, new in channel.events}
            return channel.old.name, events.get(at[1], at[1])
    return at
