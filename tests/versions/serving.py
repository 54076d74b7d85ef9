"""A server that takes everything and answers what it is told to, made of a version's generated classes."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
from rtgen_runtime.app import App
from rtgen_runtime.declarations import Channel, RequestEvent, ServerEvent
from rtgen_runtime.errors import DomainError
from rtgen_runtime.scopes import MemberScope
from rtgen_runtime.stores.interface import Store
from versions.packages import Package

from rtgen.schema.types import Json


@dataclass(slots=True)
class Told:
    """What handlers have taken, and what they answer."""

    taken: list[str] = field(default_factory=list)
    """Tags of events, in the order in which they came."""
    answers: dict[str, Any] = field(default_factory=dict)
    """Replies by tag, or an error to raise."""
    members: dict[str, MemberScope[Any, Any, Any]] = field(default_factory=dict)
    """The last that joined each address."""


def serving(package: Package, told: Told, store: Store) -> App:
    """The app of a version."""
    handlers = {package.part_of(each.name): _handler(package, each, told) for each in package.declared.channels}
    made: Any = package.app
    app: App = made(**handlers, store=store)
    return app


def _handler(package: Package, channel: Channel, told: Told) -> Any:
    def join(_self: Any, ctx: Any) -> None:
        told.members[ctx.address] = ctx

    methods: dict[str, Any] = {"join": join}
    for event in channel.events:
        if hasattr(event, "method"):
            methods[event.method] = _method(event, told)
    return type("Handler", (package.handler(channel.name),), methods)()


def _method(event: Any, told: Told) -> Any:
    def handle(_self: Any, _ctx: Any, _payload: Any = None) -> Any:
        told.taken.append(event.tag)
        answer = told.answers.get(event.tag)
        if isinstance(answer, DomainError):
            raise answer
        return answer if isinstance(event, RequestEvent) else None

    return handle


async def emit(channel: MemberScope[Any, Any, Any], event: ServerEvent[Any], value: Json) -> None:
    """Have a server say something to all members."""
    payload = event.payload.decode(msgspec.json.encode(value))
    if event.recorded or event.latest is not None:
        await channel._keep(event, payload)
    else:
        channel._emit(event, payload)
