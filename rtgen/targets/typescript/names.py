"""The names that generated TypeScript exports, and those a contract can't have."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Final

from rtgen.contract.model import Channel, Contract, ServerEvent
from rtgen.source.finding import Finding, Related, error
from rtgen.source.span import Span, file_start
from rtgen.targets.naming import TYPESCRIPT_RESERVED, TYPESCRIPT_USED, camel_case, channel_constant, pascal_case

RUNTIME = (
    *("AnyChannel", "Channel", "ChannelDefinition", "ChannelSnapshot", "ChannelStatus", "Client", "ClientOptions"),
    *("ClosedError", "ConnectionSnapshot", "ConnectionStatus", "DisconnectedError"),
    *("EventListItem", "EventListOptions", "EventListSnapshot", "EventMeta", "EventsOf"),
    *("HistoryChangedError", "HistoryEvent", "HistoryOptions", "InvalidEvent", "InvalidPayloadError", "Issue"),
    *("ChannelPosition", "EventLogEntry", "EventLogSnapshot", "JoinOptions", "JoinRefusedError", "PresenceSnapshot"),
    *("RealtimeError", "RequestError", "RequestOptions", "RequestsOf", "ResyncReason", "Store", "TimeoutError"),
    *("UnauthorizedError", "createEventLog", "isErrorOf", "positionOf", "readHistory"),
    *("AbortedError", "ErrorOf", "ProtocolRefusal", "RecordedOf", "eventList", "latestOf"),
)
"""What a contract's `index.ts` passes on from the runtime."""

CLIENT_MEMBERS = frozenset({"channel", "close", "connect", "connection", "constructor", "ignoredFrames", "session"})
CHANNEL_MEMBERS = frozenset({"address", "joined", "on", "onResync", "presence", "request", "retain", "state"})
_OBJECT_MEMBERS = frozenset({"then", "toJSON", "toString", "valueOf", "constructor", "hasOwnProperty"})


@dataclass(frozen=True, slots=True)
class _Name:
    name: str
    subject: str
    span: Span


def client_class(contract: Contract) -> str:
    """`chat` → `ChatClient`."""
    return f"{pascal_case(contract.name)}Client"


def create_function(contract: Contract) -> str:
    """`chat` → `createChatClient`."""
    return f"create{client_class(contract)}"


def handle_type(channel: Channel) -> str:
    """`room` → `Room`."""
    return pascal_case(channel.name)


def parameters_type(channel: Channel) -> str:
    """`room` → `RoomParams`."""
    return f"{pascal_case(channel.name)}Params"


def events_type(channel: Channel) -> str:
    """`room` → `RoomEvents`."""
    return f"{pascal_case(channel.name)}Events"


def requests_type(channel: Channel) -> str:
    """`room` → `RoomRequests`."""
    return f"{pascal_case(channel.name)}Requests"


def failure_type(channel: Channel, event: str) -> str:
    """`room`, `send` → `RoomSendError`."""
    return f"{pascal_case(channel.name)}{pascal_case(event)}Error"


def definition(channel: Channel) -> str:
    """The constant of a channel: its own name, unless that is a word of the language."""
    return channel_constant(channel.name)


def check_function(type_name: str) -> str:
    """`Message` → `checkMessage`."""
    return f"check{type_name}"


def discreet_check(type_name: str) -> str:
    """`Login` → `checkLogin_discreetly`; names of types have no underscore."""
    return f"{check_function(type_name)}_discreetly"


def brand_function(type_name: str) -> str:
    """`UserId` → `userId`, unless that is a word of the language."""
    name = camel_case(type_name)
    unavailable = name in TYPESCRIPT_RESERVED | TYPESCRIPT_USED or name.startswith("check")
    return f"{name}Brand" if unavailable else name


def brand_guard(type_name: str) -> str:
    """`UserId` → `isUserId`."""
    return f"is{type_name}"


_NEVER: Final = TYPESCRIPT_RESERVED | {"value", "at", "issues"}


def local(name: str, *taken: Container[str]) -> str:
    """A variable for a property: its own name where that may be one."""
    camel = camel_case(name)
    wanted = name if name.isascii() and name.isidentifier() else camel if camel[:1].isalpha() else f"member{camel}"
    while wanted in _NEVER or any(wanted in each for each in taken):
        wanted += "Value" if not wanted.endswith("Value") else "_"
    return wanted


def collisions(contract: Contract) -> tuple[Finding, ...]:
    """Findings for names that would be taken twice in the generated client."""
    return (*_exports(contract), *_members(contract))


def _exports(contract: Contract) -> Iterator[Finding]:
    first: dict[str, _Name] = {}
    for each in _exported(contract):
        before = first.setdefault(each.name, each)
        if each.name in TYPESCRIPT_USED or each.name in RUNTIME:
            message = f"{each.subject} would be called `{each.name}`, a name that the generated client needs itself"
            yield error("typescript-name", message, each.span, "Rename it.")
        elif before is not each:
            message = f"{each.subject} and {before.subject} would both be called `{each.name}` in TypeScript"
            related = (Related("the other", before.span),)
            yield error("typescript-name", message, each.span, "Rename one of them.", related)


def _exported(contract: Contract) -> Iterator[_Name]:
    whole = contract.span or file_start(contract.source)
    for named in contract.types:
        yield _Name(named.name, f"the type `{named.name}`", named.span)
        if named.notes.brand:
            yield _Name(brand_function(named.name), f"the function that makes a `{named.name}`", named.span)
            yield _Name(brand_guard(named.name), f"the guard of `{named.name}`", named.span)
    for channel in contract.channels:
        span = channel.span or whole
        yield _Name(definition(channel), str(channel), span)
        yield _Name(handle_type(channel), f"the handle of {channel}", span)
        yield _Name(events_type(channel), f"the events of {channel}", span)
        yield _Name(requests_type(channel), f"the requests of {channel}", span)
        if channel.parameters:
            yield _Name(parameters_type(channel), f"the parameters of {channel}", span)
        for event in channel.client_events:
            if event.errors:
                yield _Name(failure_type(channel, event.name), f"the errors of {event}", event.span or span)
    for name in ("Flags", "flagValues") if contract.flags else ():
        yield _Name(name, f"what holds the flags of {contract}", whole)
    yield _Name(client_class(contract), f"the client of {contract}", whole)
    yield _Name(create_function(contract), f"the function that makes the client of {contract}", whole)


def _members(contract: Contract) -> Iterator[Finding]:
    whole = contract.span or file_start(contract.source)
    for channel in contract.channels:
        if channel.name in CLIENT_MEMBERS | _OBJECT_MEMBERS | ({"flags"} if contract.flags else set()):
            message = f"{channel} would hide the client's own `{channel.name}`"
            yield error("typescript-name", message, channel.span or whole, "Rename it.")
        for event in channel.events:
            if not isinstance(event, ServerEvent) and event.name in CHANNEL_MEMBERS | _OBJECT_MEMBERS:
                message = f"{event} would hide the channel's own `{event.name}`"
                yield error("typescript-name", message, event.span or channel.span or whole, "Rename it.")
