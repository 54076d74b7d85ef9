"""The context of `channels.ts`: per channel its types, its handle and its tables."""

from collections.abc import Iterator

from rtgen.contract.model import Channel, ClientEvent, Contract, DomainError, RelayEvent, ServerEvent
from rtgen.schema.types import RefType, TypeNode
from rtgen.targets.text import TsCode, js_doc
from rtgen.targets.typescript import names
from rtgen.targets.typescript.contexts import ChannelContext, Member
from rtgen.targets.typescript.escapes import key, milliseconds, quoted
from rtgen.targets.typescript.heritage import Applied, extending, intersection
from rtgen.targets.typescript.layout import angles, assigned, braces, call, fits, member
from rtgen.targets.typescript.types import flat, shape_of
from rtgen.targets.typescript.validators import ValidatorWriter
from rtgen.targets.typescript.words import event_doc, property_doc
from rtgen.targets.wording import behind, going


def channel_context(contract: Contract, channel: Channel, writer: ValidatorWriter) -> ChannelContext:
    """Everything that is printed about one channel."""
    requests = [each for each in channel.client_events if each.is_request]
    where = f"`{channel.address}`"
    heard = [each for each in channel.events if not isinstance(each, ClientEvent)]
    sent = [each for each in channel.events if not isinstance(each, ServerEvent)]
    methods = tuple(_method(contract, each) for each in sent)
    return ChannelContext(
        events_doc=js_doc(f"What can be heard in {where}."),
        events_type=TsCode(names.events_type(channel)),
        events=tuple(_heard(each) for each in heard),
        requests_doc=js_doc(f"What can be asked in {where}."),
        requests_type=TsCode(names.requests_type(channel)),
        requests=tuple(_asked(channel, each) for each in requests),
        params_doc=js_doc(f"Which {where}."),
        params_type=TsCode(names.parameters_type(channel)),
        params=tuple(
            Member(property_doc(each.notes), TsCode(f"readonly {key(each.name)}: {each.named or 'string'};"))
            for each in channel.parameters
        ),
        failures=tuple(_failure(contract, channel, each) for each in requests if each.errors),
        handle_doc=js_doc(f"{channel.notes.description}\n\nA handle on {where}."),
        handle=TsCode(_heritage(channel, has_methods=bool(methods))),
        has_methods=bool(methods),
        methods=methods,
        definition_doc=js_doc(f"Declares {where}."),
        definition=tuple(TsCode(line) for line in _definition(contract, channel, writer)),
    )


def _heritage(channel: Channel, *, has_methods: bool) -> str:
    """The head of a handle's declaration; without methods of its own it is another name of `Channel`."""
    bases = [Applied("Channel", (names.events_type(channel), names.requests_type(channel)))]
    recorded = [str(quoted(each.name)) for each in channel.server_events if each.recorded]
    if recorded:
        bases.append(Applied("Recording", tuple(recorded), " | "))
    if channel.presence:
        bases.append(Applied("Present", (payload_type(channel.presence.state),)))
    name = names.handle_type(channel)
    if has_methods:
        return extending(f"export interface {name}", bases)
    return intersection(f"export type {name} =", bases)


def _definition(contract: Contract, channel: Channel, writer: ValidatorWriter) -> Iterator[str]:
    """The constant that declares a channel, line by line."""
    types = [names.handle_type(channel), *([names.parameters_type(channel)] if channel.parameters else [])]
    left = f"export const {names.definition(channel)}: ChannelDefinition"
    if len(types) > 1 and not fits(f"{left}<{', '.join(types)}> ="):
        opening, indent = angles(left, types, " = /* @__PURE__ */ defineChannel({"), 0
    else:
        opening, indent = assigned(f"{left}<{', '.join(types)}>", "/* @__PURE__ */ defineChannel({")
    parameters = names.check_function(names.parameters_type(channel)) if channel.parameters else "checkAnything"
    pad = " " * indent
    yield opening
    yield f"{pad}  name: {quoted(channel.name)},"
    yield f"{pad}  address: {quoted(channel.address)},"
    yield f"{pad}  parameters: {parameters},"
    for name, entries in _groups(contract, channel, writer, indent + 4):
        yield pad + "  " + braces(f"{name}: ", entries, ",", indent + 2)
    if channel.presence:
        yield f"{pad}  presence: presenceOf({writer.table_entry(channel.presence.state)}),"
    if queues(channel):
        yield f"{pad}  queue: offlineQueue,"
    yield f"{pad}}});"


def queues(channel: Channel) -> bool:
    """Whether the contract lets something wait for the channel to be joined."""
    return any(not isinstance(each, ServerEvent) and each.offline == "queue" for each in channel.events)


def _groups(
    contract: Contract, channel: Channel, writer: ValidatorWriter, indent: int
) -> Iterator[tuple[str, list[str]]]:
    requests = [each for each in channel.client_events if each.is_request]
    yield "requests", [_request_entry(contract, each, writer, indent) for each in requests]
    yield "notices", [_entry(each, writer, indent) for each in channel.client_events if not each.is_request]
    yield "relays", [_entry(each, writer, indent) for each in channel.relays]
    yield "events", [_entry(each, writer, indent) for each in channel.server_events]


def payload_type(node: TypeNode | None) -> str:
    """The type of what an event carries."""
    return "null" if node is None else flat(shape_of(node))


def carried_types(contract: Contract) -> Iterator[str]:
    """Names of the types that `channels.ts` mentions."""
    for channel in contract.channels:
        yield from (each.named for each in channel.parameters if each.named)
        if channel.presence and isinstance(channel.presence.state, RefType):
            yield channel.presence.state.name
        for event in channel.events:
            carried = [event.payload, event.reply if isinstance(event, ClientEvent) else None]
            data = [contract.errors_by_name[name].data for name in _errors(event)]
            yield from (each.name for each in (*carried, *data) if isinstance(each, RefType))


def _errors(event: ClientEvent | RelayEvent | ServerEvent) -> tuple[str, ...]:
    return event.errors if isinstance(event, ClientEvent) else ()


def _error_check(data: TypeNode | None, writer: ValidatorWriter) -> str:
    """The check of a domain error's data; whatever comes with an error that carries none is ignored."""
    return "checkAnything" if data is None else writer.table_entry(data)


def _heard(event: ServerEvent | RelayEvent) -> Member:
    doc = event_doc(event.notes, event.deprecation, more=behind(event))
    return Member(doc, TsCode(f"readonly {key(event.name)}: {payload_type(event.payload)};"))


def _asked(channel: Channel, event: ClientEvent) -> Member:
    types = [f"readonly payload: {payload_type(event.payload)}", f"readonly reply: {payload_type(event.reply)}"]
    if event.errors:
        types.append(f"readonly error: {names.failure_type(channel, event.name)}")
    line = braces(f"readonly {key(event.name)}: ", types, ";", 2, separator=";")
    return Member(js_doc(""), TsCode(line))


def _failure(contract: Contract, channel: Channel, event: ClientEvent) -> Member:
    from_errors = [contract.errors_by_name[name] for name in event.errors]
    arguments = [(str(quoted(each.name)), payload_type(each.data)) for each in from_errors]
    types = [f"RequestError<{', '.join(each)}>" for each in arguments]
    head = f"export type {names.failure_type(channel, event.name)} ="
    line = f"{head} {' | '.join(types)};"
    if not fits(line):
        below = f"  {' | '.join(types)};"
        broken = "".join(f"\n  | {angles('RequestError', each, '', 4)}" for each in arguments)
        line = f"{head}\n{below}" if fits(below) else f"{head}{broken};"
    return Member(js_doc(f"How `{event.name}` may be refused."), TsCode(line))


def _method(contract: Contract, event: ClientEvent | RelayEvent) -> Member:
    payload = "payload?: null" if payload_type(event.payload) == "null" else f"payload: {payload_type(event.payload)}"
    if isinstance(event, ClientEvent) and event.is_request:
        parameters, result = [payload, "options?: RequestOptions"], f"Promise<{payload_type(event.reply)}>"
    else:
        parameters, result = [payload], _FATES[event.offline]
    tags = tuple(_thrown(contract.errors_by_name[name]) for name in _errors(event))
    doc = event_doc(event.notes, event.deprecation, tags=tags, more=behind(event))
    return Member(doc, TsCode(call(str(key(event.name)), parameters, f": {result};", 2)))


_FATES = {"reject": "void", "queue": '"sent" | "queued"', "drop": '"sent" | "dropped"'}
"""What a method without an answer returns: what became of the message, where there is more than one way."""


def _thrown(error: DomainError) -> str:
    words = " ".join(each for each in (error.description, going(error.deprecation)) if each)
    return f"@throws {{@link RequestError}} with code `{error.name}`: {words}".rstrip(": ")


def _entry(event: ClientEvent | RelayEvent | ServerEvent, writer: ValidatorWriter, indent: int) -> str:
    latest = ["latest: true"] if isinstance(event, ServerEvent) and event.latest else []
    members = [member("check", writer.table_entry(event.payload), indent + 2), *_offline(event), *latest]
    return braces(f"{key(event.name)}: ", members, "", indent, after=1)


def _offline(event: ClientEvent | RelayEvent | ServerEvent) -> list[str]:
    """What becomes of it while the channel is not joined; refusing it needs no word."""
    policy = "reject" if isinstance(event, ServerEvent) else event.offline
    return [] if policy == "reject" else [f"offline: {quoted(policy)}"]


def _request_entry(contract: Contract, event: ClientEvent, writer: ValidatorWriter, indent: int) -> str:
    inner = indent + 2
    data = [(name, contract.errors_by_name[name].data) for name in event.errors]
    checks = [member(key(name), _error_check(each, writer), inner + 2) for name, each in data]
    members = [
        member("check", writer.table_entry(event.payload), inner),
        member("reply", writer.table_entry(event.reply), inner),
        braces("errors: ", checks, "", inner, after=1),
        f"timeoutMs: {milliseconds(event.timeout)}",
        *(["idempotent: true"] if event.idempotent else []),
        *_offline(event),
    ]
    return braces(f"{key(event.name)}: ", members, "", indent, after=1)
