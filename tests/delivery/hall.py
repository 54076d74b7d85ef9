"""A contract with every kind of promise, its server and its client, by hand; all that happens is written down."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import msgspec
from delivery.history import Kind, Op, hashed
from delivery.recording import Log, slot_of
from msgspec import Struct
from rtgen_runtime.app import App, Mount
from rtgen_runtime.client.channel import JoinedChannel
from rtgen_runtime.client.client import Client
from rtgen_runtime.client.events import Events
from rtgen_runtime.client.present import Present
from rtgen_runtime.declarations import (
    NOTHING,
    Auth,
    Channel,
    Conflation,
    Contract,
    HistorySize,
    Latest,
    Limits,
    Presence,
    RequestEvent,
    ServerEvent,
)
from rtgen_runtime.errors import Refused
from rtgen_runtime.handler import ChannelHandler
from rtgen_runtime.scopes import ChannelScope, MemberScope, TargetScope
from rtgen_runtime.stores.interface import Store
from rtgen_runtime.validation import Schema

GRACE: Final = 5.0


class Item(Struct, kw_only=True):
    """What everything here carries; `text` is told apart by tests."""

    text: str
    of: str = ""


class HallParams(Struct, kw_only=True):
    """`halls/{name}`."""

    name: str


DOCUMENTS: Final[dict[str, object]] = {
    "Item": {
        "type": "object",
        "required": ["text"],
        "properties": {"text": {"type": "string"}, "of": {"type": "string"}},
    },
    "HallParams": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
}
ITEM: Final[Schema[Item]] = Schema("Item", Item, DOCUMENTS)
HALL_PARAMS: Final[Schema[HallParams]] = Schema("HallParams", HallParams, DOCUMENTS)

ADD: Final = RequestEvent("hall.add", "add", payload=ITEM, reply=ITEM, timeout=5.0, idempotent=60.0)
ADDED: Final = ServerEvent("hall.added", payload=ITEM, recorded=True)
MOVED: Final = ServerEvent("hall.moved", payload=ITEM, volatile=True, conflate=Conflation("of"), batch=0.1)
PRICE: Final = ServerEvent("hall.price", payload=ITEM, latest=Latest("of"))
HALL: Final = Channel(
    "hall",
    "halls/{name}",
    HALL_PARAMS,
    (ADD, ADDED, MOVED, PRICE),
    history=HistorySize(keep=8, seconds=300.0),
    presence=Presence(NOTHING, grace=GRACE),
)
CONTRACT: Final = Contract(
    "hall",
    "1.0.0",
    "cafe",
    (HALL,),
    limits=Limits(frame=4096, channels=4, outbox=8192),
    auth=Auth(anonymous=True),
)


class HallChannel(ChannelScope[HallParams, None, TargetScope[HallParams]]):
    """A hall, to speak there."""

    async def added(self, item: Item) -> int:
        """Recorded."""
        return await self._keep(ADDED, item)

    def moved(self, item: Item) -> None:
        """Only the newest of each counts."""
        self._emit(MOVED, item)

    async def price(self, item: Item) -> None:
        """The newest of each is kept."""
        await self._keep(PRICE, item)


class HallContext(HallChannel, MemberScope[HallParams, None, TargetScope[HallParams]]):
    """A member."""


class Speaker:
    """Publishes, and writes it down."""

    def __init__(self, log: Log, here: HallChannel) -> None:
        self.log = log
        self.here = here

    async def add(self, text: str) -> None:
        """Something recorded."""
        item = Item(text=text)
        await self._say(ADDED, item, lambda: self.here.added(item), Kind.RECORDED)

    async def move(self, of: str, text: str) -> None:
        """Where something is now."""
        item = Item(text=text, of=of)

        async def publish() -> None:
            self.here.moved(item)

        await self._say(MOVED, item, publish, Kind.CONFLATED)

    async def price(self, of: str, text: str) -> None:
        """What something costs now."""
        item = Item(text=text, of=of)
        await self._say(PRICE, item, lambda: self.here.price(item), Kind.LATEST)

    async def _say(self, event: ServerEvent[Item], item: Item, publish: Callable[[], Any], kind: Kind) -> None:
        payload = msgspec.json.encode(item)
        slot = "" if kind is Kind.RECORDED else slot_of(event, payload)
        await self.log.published(self.here.address, payload, publish, self.here.position, kind=kind, slot=slot)


class HallHandler(ChannelHandler[HallContext, Any]):
    """Everybody may enter but whom a test keeps out; every request publishes."""

    channel = HALL

    def __init__(self, log: Log) -> None:
        self.log = log
        self.takes = 0.0
        """Seconds for which a request is worked on."""
        self.barred: set[str] = set()

    def join(self, ctx: HallContext) -> None:
        """Refuse those who are barred."""
        if ctx.subject in self.barred:
            raise Refused("barred")

    def presence(self, ctx: HallContext, state: None) -> None:
        """As it is."""

    async def add(self, ctx: HallContext, item: Item) -> Item:
        """One effect, one event."""
        self.log.write(Op.EFFECT, key=hashed(msgspec.json.encode(item)))
        if self.takes:
            await asyncio.sleep(self.takes)
        await Speaker(self.log, ctx).add(f"by request {item.text}")
        return item


class JoinedHall(JoinedChannel[HallParams]):
    """A hall, as a client has joined it."""

    @property
    def added(self) -> Events[Item]:
        """Recorded."""
        return self._events(ADDED)

    @property
    def moved(self) -> Events[Item]:
        """Conflated."""
        return self._events(MOVED)

    @property
    def price(self) -> Events[Item]:
        """The newest."""
        return self._events(PRICE)

    @property
    def presence(self) -> Present[None]:
        """Who is there."""
        return self._present(NOTHING)

    async def add(self, item: Item) -> Item:
        """Takes effect once."""
        return await self._ask(ADD, item)


class HallClient(Client):
    """A client of the contract."""

    def __init__(self, url: str, **options: Any) -> None:
        super().__init__(CONTRACT, url, **options)

    async def hall(self, name: str = "a") -> JoinedHall:
        """Join."""
        return await self._join(JoinedHall, HALL, HallParams(name=name))


class HallApp(App):
    """The server."""

    def __init__(self, handler: HallHandler, store: Store | None = None) -> None:
        super().__init__(CONTRACT, (Mount(handler, HallContext),), store=store)

    def hall(self, name: str = "a") -> HallChannel:
        """A hall, to speak there."""
        return self._scope(HallChannel, HALL, HallParams(name=name))
