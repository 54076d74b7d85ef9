"""What one version has kept, given to a client of another: recorded events, and newest values."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
from rtgen_runtime.client.client import Client
from rtgen_runtime.client.history import HISTORY_TIMEOUT, Reading
from rtgen_runtime.errors import RealtimeError
from rtgen_runtime.frames import HistoryInfo
from rtgen_runtime.scopes import MemberScope
from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.testing import VirtualTime, World
from versions.conversation import Failed, Failures, connected, joined
from versions.packages import Package
from versions.serving import Told, emit, serving
from versions.values import Values

from rtgen.contract import model
from rtgen.schema.types import Json

Member = MemberScope[Any, Any, Any]


@dataclass(slots=True)
class Replay:
    """One server keeps, another one of the other version goes on with the same store."""

    writer: Package
    reader: Package
    values: Values
    failures: Failures = field(default_factory=Failures)

    async def run(self, time: VirtualTime) -> dict[Failed, str]:
        """What the reader can't take of what was kept."""
        pairs = [pair for pair in self._pairs() if pair[1]]
        if not pairs:
            return {}
        store, told, ages = MemoryStore(clock=time.wall), Told(), [self.writer.client]

        def newest(*arguments: Any, **named: Any) -> Client:
            return ages[-1](*arguments, **named)

        world: World[Any, Any] = World(serving(self.writer, told, store), newest, time=time)
        async with world:
            client = await connected(world, self.writer.contract)
            for channel, events in pairs:
                found = await joined(world, self.writer, client, channel.name, self._params(channel))
                for event in events:
                    await self._kept(told.members[found.address], channel, event)
            await world.until(client.close())
            await world.restart(lambda: serving(self.reader, Told(), store))
            ages.append(self.reader.client)
            reader = await connected(world, self.reader.contract)
            for channel, events in pairs:
                await self._read(world, reader, channel, events)
        return self.failures.found

    def _pairs(self) -> list[tuple[model.Channel, list[model.ServerEvent]]]:
        """Channels of both, with the events that both keep."""
        theirs = {
            (channel.name, event.name)
            for channel in self.reader.contract.channels
            for event in channel.server_events
            if event.recorded or event.latest
        }
        return [
            (
                channel,
                [each for each in channel.server_events if _is_kept(each) and (channel.name, each.name) in theirs],
            )
            for channel in self.writer.contract.channels
        ]

    def _params(self, channel: model.Channel) -> dict[str, Json]:
        return {each.name: next(self.values.of("", each.type, each.type)) for each in channel.parameters}

    def _other(self, channel: model.Channel) -> model.Channel:
        return next(each for each in self.reader.contract.channels if each.name == channel.name)

    async def _kept(self, member: Member, channel: model.Channel, event: model.ServerEvent) -> None:
        """Of a newest value the last one stays: what is known to be worth trying comes first, so it is said last."""
        other = next(each for each in self._other(channel).events if each.name == event.name)
        _, declared = self.writer.declared.events[f"{channel.name}.{event.name}"]
        place = f"{channel.name}.{event.name} payload"
        for value in reversed(list(self.values.of(place, event.payload, other.payload))):
            await emit(member, declared, value)  # type: ignore[arg-type]

    async def _read(
        self, world: World[Any, Any], reader: Client, channel: model.Channel, events: list[model.ServerEvent]
    ) -> None:
        other = self._other(channel)
        params = dict(zip((each.name for each in other.parameters), self._params(channel).values(), strict=False))
        try:
            found = await joined(world, self.reader, reader, channel.name, params)
        except (RealtimeError, TypeError):
            return  # the conversation tells
        if channel.history is not None and other.history is not None:
            await self._histories(world, reader, found, channel)
        for event in events:
            if event.latest is not None and not event.recorded:
                heard = world.hear(found._stream(f"{channel.name}.{event.name}"))
                if _is_latest(other, event.name) and not await heard.rest():
                    self.failures.add(channel.name, event.name, "the newest value was not heard")

    async def _histories(self, world: World[Any, Any], reader: Client, found: Any, channel: model.Channel) -> None:
        raw = await world.until(
            reader.request("$history", found.address, Reading(None, None, 50).options(), HISTORY_TIMEOUT)
        )
        page = msgspec.json.decode(raw, type=HistoryInfo)
        taken = {each.offset async for each in found.history()}
        for tag, offset, payload in page.events:
            if offset not in taken:
                self.failures.add(channel.name, tag.partition(".")[2], f"{bytes(payload)!r} of before was not taken")


def _is_kept(event: model.ServerEvent) -> bool:
    return event.recorded or event.latest is not None


def _is_latest(channel: model.Channel, name: str) -> bool:
    return any(each.name == name and each.latest is not None for each in channel.server_events)
