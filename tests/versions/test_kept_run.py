"""What a server of an older version has kept, read by clients of both versions at a server of the newest."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rtgen_runtime.client.client import Client
from rtgen_runtime.scopes import MemberScope
from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.testing import VirtualTime, World
from versions.conversation import connected, joined
from versions.packages import Package, Packages
from versions.serving import Told, emit, serving
from versions.values import Values

from rtgen.api import load_contract
from rtgen.contract.model import Channel, ServerEvent
from rtgen.schema.types import Json

JOURNAL = Path(__file__).parents[1] / "golden" / "generated_versions"


class Reading:
    """One store, a server of the old version, then one of the newest."""

    def __init__(self, old: Package, now: Package, time: VirtualTime) -> None:
        self.old, self.now = old, now
        self.store, self.told = MemoryStore(clock=time.wall), Told()
        self._ages = [old.client]
        self.world: World[Any, Any] = World(serving(old, self.told, self.store), self._newest, time=time)

    def _newest(self, *arguments: Any, **named: Any) -> Client:
        return self._ages[-1](*arguments, **named)

    async def read(self, values: Values) -> tuple[int, list[Any], list[Any]]:
        """How many events the old server has recorded, and what clients of now and of old read and take of them."""
        async with self.world as world:
            client = await connected(world, self.old.contract)
            (channel,) = self.old.contract.channels
            params: dict[str, Json] = {each.name: "a" for each in channel.parameters}
            found = await joined(world, self.old, client, channel.name, params)
            recorded = await self._keep(self.told.members[found.address], channel, values)
            await world.until(client.close())
            await world.restart(lambda: serving(self.now, Told(), self.store))
            read: list[list[Any]] = []
            for package in (self.now, self.old):
                self._ages.append(package.client)
                reader = await connected(world, package.contract)
                (own,) = package.contract.channels
                room = await joined(world, package, reader, own.name, {each.name: "a" for each in own.parameters})
                read.append([each async for each in room.history()])
                heard = world.hear(room._stream(f"{own.name}.tally"))
                assert len(await heard.rest()) == 1
        return recorded, read[0], read[1]

    async def _keep(self, member: MemberScope[Any, Any, Any], channel: Channel, values: Values) -> int:
        recorded = 0
        for event in channel.server_events:
            if not event.recorded and event.latest is None:
                continue
            _, declared = self.old.declared.events[f"{channel.name}.{event.name}"]
            for value in values.of(f"{channel.name}.{event.name} payload", event.payload, self._now(event).payload):
                await emit(member, declared, value)  # type: ignore[arg-type]
                recorded += event.recorded
        return recorded

    def _now(self, event: ServerEvent) -> ServerEvent:
        (channel,) = self.now.contract.channels
        return next(each for each in channel.server_events if each.name == event.name)


def offsets(read: list[Any]) -> list[int]:
    return sorted(each.offset for each in read)


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
def test_everything_that_is_kept(version: str, packages: Packages) -> None:
    old = load_contract(JOURNAL / ".released" / f"journal@{version}.yaml")
    new = load_contract(JOURNAL / "contract.yaml")
    time = VirtualTime()
    reading = Reading(packages.as_it_is(old), packages.as_it_is(new, old), time)
    recorded, now, then = asyncio.run(reading.read(Values(old, new)))
    assert offsets(now) == offsets(then) == list(range(1, recorded + 1))
