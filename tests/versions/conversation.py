"""A client of one version talks with a server of another, about everything that both know; what fails is told.

Everything is the generated code of each version: handlers, emitters, clients. Only the network and the clock are
those of `rtgen_runtime.testing`.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
from rtgen_runtime.client.channel import JoinedChannel
from rtgen_runtime.client.client import Client
from rtgen_runtime.declarations import RequestEvent
from rtgen_runtime.errors import DomainError, RealtimeError
from rtgen_runtime.stores.interface import Store
from rtgen_runtime.testing import VirtualTime, World
from rtgen_runtime.versions.declarations import OldPresence, OldVersion
from versions.packages import Package
from versions.serving import Told, emit, serving
from versions.values import Values

from rtgen.contract import model
from rtgen.schema.types import Json

Failed = tuple[str, str]
"""Channel and event, empty where it is about more than that."""


@dataclass(slots=True)
class Failures:
    """What did not work, each with the first value that showed it."""

    found: dict[Failed, str] = field(default_factory=dict)

    def add(self, channel: str, event: str, what: str) -> None:
        """Note one, if it is the first there."""
        self.found.setdefault((channel, event), what)


@dataclass(slots=True)
class Conversation:
    """One client, one server, and a second client of the server's own version."""

    client: Package
    server: Package
    to_server: Values
    to_client: Values
    store: Store
    told: Told = field(default_factory=Told)
    older: OldVersion | None = None
    """What the server makes of the client's version, where that is an older one that it serves."""
    failures: Failures = field(default_factory=Failures)

    async def run(self, time: VirtualTime) -> dict[Failed, str]:
        """Say everything that there is to say. What failed, by channel and event."""
        app = serving(self.server, self.told, self.store)
        ages = [self.client.client]

        def newest(*arguments: Any, **named: Any) -> Client:
            return ages[-1](*arguments, **named)

        world: World[Any, Any] = World(app, newest, time=time)
        async with world:
            joining = await self._joining(world)
            ages.append(self.server.client)
            peer = await connected(world, self.server.contract)
            if joining is not None:
                for channel in self.client.contract.channels:
                    await _Channel(self, world, joining, peer, channel).run()
            world.failures.take()
        return self.failures.found

    async def _joining(self, world: World[Any, Any]) -> Client | None:
        claims = self.client.contract.auth.claims if self.client.contract.auth else None
        theirs = self.server.contract.auth.claims if self.server.contract.auth else None
        made: Client | None = None
        for value in self.to_server.of("claims", claims, theirs) if claims is not None else (None,):
            try:
                made = await connected(world, self.client.contract, value)
            except RealtimeError as error:
                self.failures.add("", "", f"no connection with {value}: {error}")
        return made


async def connected(world: World[Any, Any], contract: model.Contract, claims: Json = None) -> Client:
    """A client with a token, where its contract asks for one."""
    if contract.auth is None:
        made: Client = await world.client()
        return made
    if claims is None and contract.auth.claims is not None:
        claims = next(Values(contract, contract).of("claims", contract.auth.claims, contract.auth.claims))
    signed: Client = await world.client("ada", claims=claims)
    return signed


async def joined(world: World[Any, Any], package: Package, client: Client, channel: str, params: Json) -> Any:
    """A channel, as the generated method gives it."""
    decoded = package.channels[channel].params.decode(msgspec.json.encode(params))
    join: Callable[..., Awaitable[JoinedChannel[Any]]] = getattr(client, package.part_of(channel))
    return await world.until(join(**msgspec.structs.asdict(decoded)))


def tell(client: Client, channel: JoinedChannel[Any], event: Any, value: Json) -> None:
    """Send as the generated method does, but with the text as it is.

    What people hand to a TypeScript client may hold more than its type says, and is sent with it.
    """
    raw = msgspec.json.encode(value)
    event.payload.decode(raw)
    client._apply(client._machine.tell(event.tag, channel.address, raw))


def _is_same(one: model.Channel | model.Event, other: model.Channel | model.Event) -> bool:
    """Whether two are one thing, under its name or an earlier one."""
    return other.name in {one.name, *one.was} or one.name in other.was


@dataclass(slots=True)
class _Channel:
    """What is said in one channel."""

    talk: Conversation
    world: World[Any, Any]
    client: Client
    peer: Client
    channel: model.Channel
    mine: Any = None
    theirs: Any = None

    @property
    def other(self) -> model.Channel | None:
        """The channel in the server's version."""
        return next((each for each in self.talk.server.contract.channels if _is_same(each, self.channel)), None)

    def _event(self, name: str) -> model.Event | None:
        known = self._others_events if self._is_known else ()
        if self.talk.older is None:
            return next((each for each in known if each.name == name), None)
        mine = next(each for each in self.channel.events if each.name == name)
        return next((each for each in known if _is_same(each, mine)), None)

    def _server_tag(self, event: model.Event) -> str:
        """An event of the client's as the server calls it."""
        other = self._event(event.name)
        return f"{self._others_name}.{event.name if other is None else other.name}"

    @property
    def _others_events(self) -> tuple[model.Event, ...]:
        return self.other.events if self.other else ()

    @property
    def _others_name(self) -> str:
        return self.other.name if self.other else ""

    @property
    def _is_known(self) -> bool:
        """Whether the channel is called the same, or its name is converted: names of events begin with it."""
        return self.other is not None and (self.talk.older is not None or self.other.name == self.channel.name)

    async def run(self) -> None:
        """Join, and say it."""
        await self._join()
        if self.mine is None or self.other is None:
            return
        for event in self.channel.events:
            match event:
                case model.ClientEvent() if event.is_request:
                    await self._requests(event)
                case model.ClientEvent() | model.RelayEvent():
                    await self._notices(event)
        for theirs in self.other.events:
            mine = next((each for each in self.channel.events if _is_same(each, theirs)), None)
            if isinstance(theirs, model.ServerEvent) and isinstance(mine, model.ServerEvent):
                await self._emitted(mine, theirs)
            elif isinstance(theirs, model.RelayEvent) and isinstance(mine, model.RelayEvent):
                await self._relayed(mine, theirs)
            elif isinstance(mine, model.ServerEvent):
                self._failed("nobody can say it any more, and the client listens", mine.name)
        await self._presence()

    def _failed(self, what: str, event: str = "") -> None:
        self.talk.failures.add(self.channel.name, event, what)

    async def _join(self) -> None:
        for params in self._params():
            try:
                found = await joined(self.world, self.talk.client, self.client, self.channel.name, params)
            except RealtimeError as error:
                self._failed(f"no join with {params}: {error}")
                continue
            if self.mine is not None:
                await found.leave()
                continue
            self.mine = found
            if self.other is not None:
                await self._join_peer(params)

    async def _join_peer(self, params: dict[str, Json]) -> None:
        if self.other is None:
            return
        values = dict(zip((each.name for each in self.other.parameters), params.values(), strict=True))
        self.theirs = await joined(self.world, self.talk.server, self.peer, self.other.name, values)

    def _params(self) -> Iterator[dict[str, Json]]:
        """Every parameter near its edges, one at a time."""
        theirs = {each.name: each.type for each in self.other.parameters} if self.other else {}
        values = {
            each.name: list(
                self.talk.to_server.of(f"{self.channel.name} parameter {each.name}", each.type, theirs.get(each.name))
            )
            for each in self.channel.parameters
        }
        first = {name: found[-1] for name, found in values.items()}
        yield first
        for name, found in values.items():
            for value in found:
                if value != first[name]:
                    yield {**first, name: value}

    def _values(self, event: model.Event, part: str = "payload") -> Iterator[Json]:
        other = self._event(event.name)
        place = f"{self.channel.name}.{event.name} {part}"
        return self.talk.to_server.of(place, event.payload, other.payload if other else None)

    async def _requests(self, event: model.ClientEvent) -> None:
        other = self._event(event.name)
        if not isinstance(other, model.ClientEvent):
            for value in self._values(event):
                await self._asked(event, value, "no answer to")
            return
        place = f"{self.channel.name}.{event.name} reply"
        replies = list(self.talk.to_client.of(place, other.reply, event.reply)) if other.is_request else [None]
        sent = list(self._values(event))
        for value in sent:
            self._answering(event, replies[-1])
            await self._asked(event, value, "no answer to")
        for reply in replies:
            self._answering(event, reply)
            await self._asked(event, sent[-1], f"no such answer as {reply} to")
        await self._errors(event, other, sent[-1])

    def _answering(self, event: model.Event, reply: Json) -> None:
        tag = self._server_tag(event)
        _, declared = self.talk.server.declared.events.get(tag, (None, None))
        if isinstance(declared, RequestEvent):
            self.talk.told.answers[tag] = declared.reply.decode(msgspec.json.encode(reply))

    async def _errors(self, event: model.ClientEvent, other: model.ClientEvent, value: Json) -> None:
        known = {each.code: each for each in self._declared(event).errors}
        _, declared = self.talk.server.declared.events[self._server_tag(event)]
        errors = self.talk.server.contract.errors_by_name
        mine = self.talk.client.contract.errors_by_name
        for kind in declared.errors if isinstance(declared, RequestEvent) else ():
            if kind.code not in known:
                continue
            theirs, ours = errors[kind.code], mine[kind.code]
            for data in self.talk.to_client.of(f"data of {kind.code}", theirs.data, ours.data):
                decoded = None if kind.schema is None else kind.schema.decode(msgspec.json.encode(data))
                self.talk.told.answers[self._server_tag(event)] = kind.received(decoded)
                try:
                    await self._ask(event, value)
                except DomainError:
                    continue
                except RealtimeError as error:
                    self._failed(f"{kind.code} with {data} came as {error!r}", event.name)
        self.talk.told.answers.pop(self._server_tag(event), None)

    async def _asked(self, event: model.ClientEvent, value: Json, what: str) -> None:
        try:
            await self._ask(event, value)
        except RealtimeError as error:
            self._failed(f"{what} {value}: {error}", event.name)

    async def _ask(self, event: model.ClientEvent, value: Json) -> None:
        """As the generated method does, with the text as it is: see `tell`."""
        await self._pause(event)
        declared, raw = self._declared(event), msgspec.json.encode(value)
        declared.payload.decode(raw)
        asked = self.client.request(declared.tag, self.mine.address, raw, declared.timeout, declared.errors)
        declared.reply.decode(await self.world.until(asked))

    async def _notices(self, event: model.Event) -> None:
        """What wants no answer has to be taken by the handler, or heard by the other member."""
        heard = self.world.hear(self.theirs._stream(self._server_tag(event))) if self._is_relayed(event.name) else None
        for value in self._values(event):
            await self._pause(event)
            before = len(self.talk.told.taken)
            tell(self.client, self.mine, self._declared(event), value)
            await self.world.advance(1)
            if len(self.talk.told.taken) == before and not (heard is not None and await heard.rest()):
                self._failed(f"{value} was not taken", event.name)

    def _is_relayed(self, name: str) -> bool:
        return self.theirs is not None and isinstance(self._event(name), model.RelayEvent)

    async def _emitted(self, mine: model.ServerEvent, theirs: model.ServerEvent) -> None:
        _, declared = self.talk.server.declared.events[f"{self._others_name}.{theirs.name}"]
        heard = self.world.hear(self.mine._stream(self._tag(mine)))
        await heard.rest()
        place = f"{self.channel.name}.{mine.name} payload"
        for value in self.talk.to_client.of(place, theirs.payload, mine.payload):
            address = self.mine.address if self.theirs is None else self.theirs.address
            await emit(self.talk.told.members[address], declared, value)  # type: ignore[arg-type]
            await self.world.advance(max(1.0, theirs.batch))
            if not await heard.rest():
                self._failed(f"{value} was not heard", mine.name)

    async def _relayed(self, mine: model.RelayEvent, theirs: model.RelayEvent) -> None:
        """The other way of a relay: from a member of the server's version to the client."""
        heard = self.world.hear(self.mine._stream(self._tag(mine)))
        _, declared = self.talk.server.declared.events[f"{self._others_name}.{theirs.name}"]
        for value in self.talk.to_client.of(f"{self.channel.name}.{mine.name} payload", theirs.payload, mine.payload):
            await self._pause(theirs)
            tell(self.peer, self.theirs, declared, value)
            await self.world.advance(1)
            if not await heard.rest():
                self._failed(f"{value} was not heard from a member", mine.name)

    async def _presence(self) -> None:
        mine, theirs = self.channel.presence, self.other.presence if self.other else None
        if mine is None:
            return
        if theirs is None:
            await self._shown_in_vain(next(self.talk.to_server.of("", mine.state, None)))
            return
        place = f"{self.channel.name} presence"
        for value in self.talk.to_server.of(place, mine.state, theirs.state):
            await self._shown(self.mine, self.theirs, self.talk.client, value)
        for value in self.talk.to_client.of(place, theirs.state, mine.state):
            await self._shown(self.theirs, self.mine, self.talk.server, value)

    async def _shown_in_vain(self, value: Json) -> None:
        presence = self.talk.client.channels[self.channel.name].presence
        state = presence.state.decode(msgspec.json.encode(value)) if presence else None
        try:
            await self.world.until(self.mine._presence.show(state))
        except RealtimeError as error:
            self._failed(f"{value} was not shown: {error}")

    async def _shown(self, sender: Any, reader: Any, package: Package, value: Json) -> None:
        channel = self.channel.name if package is self.talk.client else self._others_name
        presence = package.channels[channel].presence
        state = presence.state.decode(msgspec.json.encode(value)) if presence else None
        try:
            await self.world.until(sender._presence.show(state))
            await self.world.advance(2)
        except RealtimeError as error:
            self._failed(f"{value} was not shown: {error}")
            return
        people = [msgspec.to_builtins(each) for each in reader._presence.people.values()]
        if self._as_seen(value, by_old=reader is self.mine) not in people:
            self._failed(f"{value} was not seen: {reader._presence.people}")

    def _as_seen(self, value: Json, *, by_old: bool) -> Json:
        """What a member of the other version is shown."""
        channel = None if self.talk.older is None else self.talk.older.channels.get(self._others_name)
        presence = (None if channel is None else channel.presence) or OldPresence()
        convert = presence.seen if by_old else presence.shown
        return value if convert is None else convert(value)

    async def _pause(self, event: model.Event) -> None:
        other = self._event(event.name)
        for each in (event, other):
            limit = getattr(each, "limit", None)
            if limit is not None:
                await self.world.advance(limit.seconds / limit.count)

    def _tag(self, event: model.Event) -> str:
        return f"{self.channel.name}.{event.name}"

    def _declared(self, event: model.Event) -> Any:
        return self.talk.client.declared.events[self._tag(event)][1]
