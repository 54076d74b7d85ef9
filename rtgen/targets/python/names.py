"""Names of a contract in Python: one place, so that no two modules spell one thing in two ways."""

import builtins
import keyword
import sys

from rtgen.contract.model import Channel, Contract, Event
from rtgen.schema.types import ObjectType, base_of
from rtgen.source.finding import Finding, Related, error
from rtgen.source.span import Span, file_start
from rtgen.targets.naming import pascal_case, snake_case

_ANNOTATION_NAMES = frozenset({"str", "int", "float", "bool", "list", "dict", "tuple", "field"})
"""An attribute of such a name would hide the builtin from the annotations below it in its class."""

CONTEXT_MEMBERS = frozenset(
    {"address", "claims", "deprecated", "forget", "invalidate", "members", "params", "position", "session", "subject"}
)
"""What every channel context has already; an event of such a name gets an underscore there."""

APP_MEMBERS = frozenset(
    {"contract", "clock", "flusher", "hub", "wheel", "connect", "disconnected", "settled", "handler", "context", "stop"}
    | {"deprecated", "self", "store", "use_store", "arrivals", "auth", "gate", "revocations", "revoke", "settings"}
    | {"board", "disconnect", "flags", "has_store", "middleware", "once", "presence"}
)
"""What every app has already; a channel of such a name gets an underscore there."""

CLIENT_MEMBERS = frozenset(
    {"ask", "close", "connect", "deprecated", "ignored", "leave", "lost", "opened", "positions", "prepare"}
    | {"received", "request", "self", "status", "statuses", "tell", "url"}
)
"""What every client has already."""

JOINED_MEMBERS = frozenset(
    {"address", "deliver", "deprecated", "end", "hear", "history", "joined", "leave", "params", "present", "processed"}
    | {"recovered", "resync", "resyncs"}
)
"""What every channel that a client has joined has already."""

HANDLER_MEMBERS = frozenset({"authorise", "channel", "join", "leave", "may", "presence"})
"""What every handler has already."""

_MODULE_NAMES = frozenset(
    {"Annotated", "Any", "Final", "Literal", "Meta", "Struct", "TypeAlias", "UnsetType", "UNSET", "Self", "NewType"}
    | {"Callable", "Mapping", "Schema", "Issue", "Refused", "DomainError", "SafeInteger", "Path"}
    | {"Channel", "Contract", "Offset", "Answer", "App", "Client", "Connect", "Events", "JoinedChannel", "Mount"}
    | {"ChannelHandler", "ChannelScope", "MemberScope", "HistorySize", "Store", "Limits", "Heartbeat"}
    | {"Load", "NoticeEvent", "Positions", "RelayEvent", "RequestEvent", "ServerEvent"}
    | {"Date", "DateTime", "Structs", "Uuid"}
    | {"Authenticator", "Encoding", "Token", "ClaimsScope", "Never", "Revocations", "Settings", "TargetScope"}
    | {"Middleware", "PresenceStore", "Present"}
    | {"Auth", "Conflation", "Latest", "Presence", "RateLimit"}
    | {name for name in dir(builtins) if name[:1].isupper()}
)
"""What generated modules import or the language defines: a type of such a name would replace it."""


_PYDANTIC_MEMBERS = frozenset(
    {"construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw", "schema", "schema_json"}
    | {"update_forward_refs", "validate", "model_computed_fields", "model_config", "model_construct", "model_copy"}
    | {"model_dump", "model_dump_json", "model_extra", "model_fields", "model_fields_set", "model_json_schema"}
    | {"model_parametrized_name", "model_post_init", "model_rebuild", "model_validate", "model_validate_json"}
    | {"model_validate_strings", "rtgen_absent_", "rtgen_constants_"}
)
"""What every Pydantic model has already."""

PYDANTIC_NAMES = frozenset({"ClosedModel", "ContractModel", "Field", "Nullable", "PydanticModels"})
"""What modules with Pydantic models import besides: no type can have such a name there."""

_OWN_MODULES = frozenset(
    {"app", "client", "errors", "models", "schemas", "validators", "handlers", "typing", "chat", "wire", "versions"}
)
"""Modules of every contract's package, or names that its modules import."""

_NEIGHBOURS = frozenset({"handlers", "rtgen_runtime", "msgspec", "websockets", "jsonschema_rs", "uvloop"})
"""Modules that stand beside the contract's package, or that the runtime imports."""


def safe(name: str) -> str:
    """A name that Python lets stand as an identifier."""
    if not name or not (name[0].isalpha() or name[0] == "_"):
        name = f"x_{name}".rstrip("_")
    return f"{name}_" if keyword.iskeyword(name) else name


def attribute_name(wire_name: str) -> str:
    """A property as an attribute: `sentAt` → `sent_at`, `class` → `class_`, `2nd` → `x_2_nd`."""
    name = safe(snake_case(wire_name))
    return f"{name}_" if name in _ANNOTATION_NAMES else name


def pydantic_attribute(wire_name: str) -> str:
    """A property as an attribute of a Pydantic model, whose own attributes get out of its way."""
    name = attribute_name(wire_name)
    return f"{name}_" if name in _PYDANTIC_MEMBERS else name


def package_name(contract: Contract) -> str:
    """The contract's package: `team-chat` → `team_chat`."""
    return safe(snake_case(contract.name))


def module_name(channel: Channel) -> str:
    """A channel's module; names of the package's own modules get an underscore."""
    name = safe(snake_case(channel.name))
    return f"{name}_" if name in _OWN_MODULES else name


def class_stem(name: str) -> str:
    """What class names of a channel or contract begin with: `room` → `Room`."""
    return safe(pascal_case(name))


def member_name(channel: Channel, taken: frozenset[str]) -> str:
    """A channel as a method or keyword of an app or client."""
    name = safe(snake_case(channel.name))
    return f"{name}_" if name in taken else name


def method_name(event: Event, taken: frozenset[str]) -> str:
    """An event as a method of a context, handler or client channel."""
    name = safe(snake_case(event.name))
    return f"{name}_" if name in taken else name


def event_constant(name: str) -> str:
    """An event's constant in its channel's module: `roomOpened` → `ROOM_OPENED`."""
    constant = constant_name(name)
    return f"{constant}_" if constant in {"CHANNEL", "NOTHING"} else constant


def schema_constant(name: str) -> str:
    """A type's constant in `validators.py`, beside the type: `RoomTopic` → `ROOM_TOPIC`, `ID` → `ID_`."""
    constant = constant_name(name)
    return f"{constant}_" if constant == name else constant


def constant_name(name: str) -> str:
    """A name in capitals: `RoomSendPayload` → `ROOM_SEND_PAYLOAD`."""
    return safe(snake_case(name)).upper()


def collisions(contract: Contract, taken: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """Names that are one in Python, or that Python's own or `taken` ones would hide; both places named."""
    found = [*_package_collision(contract), *_class_collisions(contract, taken), *_flag_collisions(contract)]
    for each in contract.types:
        node = base_of(each.node)
        if isinstance(node, ObjectType):
            places = [(attribute_name(item.name), item.name, item.span or each.span) for item in node.properties]
            found += _doubles(places, f"properties of `{each.name}`", "attribute")
    channels = [(module_name(each), each.name, each.span or _somewhere(contract)) for each in contract.channels]
    found += _doubles(channels, "channels", "module")
    whole = _somewhere(contract)
    for channel in contract.channels:
        events = [(snake_case(each.name), each.name, each.span or whole) for each in channel.events]
        events += [(f"{snake_case(each.name)}_events", each.name, each.span or whole) for each in channel.relays]
        found += _doubles(events, f"events of channel `{channel.name}`", "method")
    return tuple(found)


def _package_collision(contract: Contract) -> list[Finding]:
    package = package_name(contract)
    if package not in sys.stdlib_module_names | _NEIGHBOURS:
        return []
    hint = f"Choose a longer name, such as `{contract.name}-events`."
    message = f"the package of contract `{contract.name}` would hide Python's module `{package}`"
    return [error("generated-name-clash", message, _somewhere(contract), hint)]


def _class_collisions(contract: Contract, taken: frozenset[str]) -> list[Finding]:
    """Classes of generated modules: of the app, the channels, the errors and the types."""
    whole = _somewhere(contract)
    stem = class_stem(contract.name)
    places = [(f"{stem}{part}", f"the contract's {part.lower()}", whole) for part in ("App", "Client")]
    places += [("Flags", "the class of its flags", whole)] if contract.flags else []
    for channel in contract.channels:
        span = channel.span or whole
        names = [
            f"{class_stem(channel.name)}{part}" for part in ("Params", "Context", "Handler", "Channel", "EventName")
        ]
        names.append(f"Joined{class_stem(channel.name)}")
        places += [(name, f"a class of {channel}", span) for name in names]
    places += [(class_stem(each.name), f"error `{each.name}`", each.span or whole) for each in contract.errors]
    places += [(each.name, f"type `{each.name}`", each.span) for each in contract.types]
    return _doubled_classes(places, taken)


def _flag_collisions(contract: Contract) -> list[Finding]:
    """Names beside the attribute `flags`, and the module of that name, in a contract that has some."""
    if not contract.flags:
        return []
    found = []
    for channel in contract.channels:
        if snake_case(channel.name) in {"flags", "flag_changes"}:
            found.append(_beside_flags(f"{channel}", channel.span or _somewhere(contract)))
        for event in channel.server_events:
            if snake_case(event.name) == "flags":
                found.append(_beside_flags(f"{event} of {channel}", event.span or _somewhere(contract)))
    return found


def _beside_flags(what: str, span: Span) -> Finding:
    message = f"{what} would hide the attribute in which the contract's flags are found"
    return error("generated-name-clash", message, span, "Rename it.")


def _doubled_classes(places: list[tuple[str, str, Span]], taken: frozenset[str]) -> list[Finding]:
    first: dict[str, tuple[str, Span]] = {}
    found: list[Finding] = []
    for name, what, span in places:
        hint = f"Choose a longer name, such as `{name}Data`."
        if name in _MODULE_NAMES | taken:
            message = f"{what} would be the Python class `{name}`, a name that generated modules use themselves"
            found.append(error("generated-name-clash", message, span, hint))
        elif name in first:
            other, other_span = first[name]
            message = f"{what} and {other} would both be the Python class `{name}`"
            found.append(error("generated-name-clash", message, span, hint, (Related(f"{other} is here", other_span),)))
        else:
            first[name] = (what, span)
    return found


def _doubles(places: list[tuple[str, str, Span]], where: str, kind: str) -> list[Finding]:
    first: dict[str, tuple[str, Span]] = {}
    found: list[Finding] = []
    for name, written, span in places:
        if name in first:
            other, other_span = first[name]
            found.append(
                error(
                    "generated-name-clash",
                    f"{where} `{other}` and `{written}` are both the Python {kind} `{name}`",
                    span,
                    "Rename one of them.",
                    (Related(f"`{other}` is here", other_span),),
                )
            )
        else:
            first[name] = (written, span)
    return found


def _somewhere(contract: Contract) -> Span:
    return contract.span or file_start(contract.source)
