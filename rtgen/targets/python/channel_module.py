"""A channel's module: its tables, what the server may say there, and the handler the user writes."""

from rtgen.contract.model import Channel, ClientEvent, Contract, Event, RelayEvent, ServerEvent
from rtgen.targets.python.code import about, call, carried, doc, raises, schema_of, signature, tuple_of
from rtgen.targets.python.contexts import ChannelContext, MethodContext
from rtgen.targets.python.data_modules import SEAM, import_from
from rtgen.targets.python.delivery import delivery, delivery_names
from rtgen.targets.python.flag_module import CLASS
from rtgen.targets.python.header import title
from rtgen.targets.python.layout import WIDTH
from rtgen.targets.python.names import (
    HANDLER_MEMBERS,
    class_stem,
    event_constant,
    method_name,
    schema_constant,
)
from rtgen.targets.python.parameters import params_type
from rtgen.targets.python.scopes import claims_type, presence_hook, scope_names, scopes, shown
from rtgen.targets.text import PyCode, py_string
from rtgen.targets.wording import paragraphs


def channel_context(contract: Contract, channel: Channel) -> ChannelContext:
    """All of one channel at the server."""
    stem, params = class_stem(channel.name), params_type(channel)
    words = channel.notes.description or channel.notes.title
    return ChannelContext(
        title=title(contract, paragraphs(f"Channel `{channel.name}`: `{channel.address}`.", words)),
        imports=_imports(contract, channel),
        events=tuple(event_declaration(contract, each) for each in channel.events),
        channel=_channel(channel, params),
        sends=_sends(channel),
        sends_doc=doc(f"What clients send to `{channel.address}`, by its name in the contract.", 0),
        scopes=scopes(contract, channel),
        handler=PyCode(f"{stem}Handler"),
        handler_bases=PyCode(f"ChannelHandler[{stem}Context, {stem}EventName]"),
        handler_doc=doc(_handler_doc(channel, stem), 4),
        handlers=tuple(_handler(contract, each, stem) for each in channel.client_events),
        hooks=presence_hook(channel),
    )


def event_declaration(contract: Contract, event: Event) -> PyCode:
    """The constant of one event."""
    constant = event_constant(event.name)
    tag = py_string(f"{_owner(contract, event).name}.{event.name}")
    arguments = [str(tag)]
    match event:
        case ClientEvent():
            kind = "RequestEvent" if event.is_request else "NoticeEvent"
            arguments += [str(py_string(method_name(event, HANDLER_MEMBERS))), f"payload={schema_of(event.payload)}"]
            if event.is_request:
                arguments.append(f"reply={schema_of(event.reply)}")
                if event.errors:
                    arguments.append(f"errors={tuple_of([class_stem(name) for name in event.errors])}")
                arguments.append(f"timeout={event.timeout!r}")
                arguments += [f"idempotent={event.idempotent!r}"] if event.idempotent else []
        case RelayEvent():
            kind = "RelayEvent"
            arguments.append(f"payload={schema_of(event.payload)}")
        case ServerEvent():
            kind = "ServerEvent"
            arguments.append(f"payload={schema_of(event.payload)}")
            if event.recorded:
                arguments.append("recorded=True")
    arguments += delivery(event)
    arguments += [f"flag={py_string(event.flag)}"] if event.flag else []
    return call(f"{constant}: Final = {kind}", arguments)


def _owner(contract: Contract, event: Event) -> Channel:
    return next(each for each in contract.channels if any(one is event for one in each.events))


def _channel(channel: Channel, params: str) -> PyCode:
    events = ", ".join(event_constant(each.name) for each in channel.events)
    arguments = [
        f"name={py_string(channel.name)}",
        f"address={py_string(channel.address)}",
        f"params=validators.{schema_constant(params)}",
        f"events=({events},)" if len(channel.events) == 1 else f"events=({events})",
    ]
    if len(f"    {arguments[-1]},") > 88:
        lines = "".join(f"        {event_constant(each.name)},\n" for each in channel.events)
        arguments[-1] = f"events=(\n{lines}    )"
    if channel.presence is not None:
        asked = channel.presence
        shown = [schema_of(asked.state), f"grace={asked.grace!r}", f"count_over={asked.count_over}"]
        arguments.append(str(call("presence=Presence", shown, indent=4)))
    if channel.history is not None:
        size = [f"keep={channel.history.keep}", f"seconds={channel.history.seconds!r}"]
        if channel.history.bytes is not None:
            size.append(f"bytes={channel.history.bytes}")
        arguments.append(f"history=HistorySize({', '.join(size)})")
    if channel.flag:
        arguments.append(f"flag={py_string(channel.flag)}")
    if channel.on_broker_loss != "local":
        arguments.append(f"on_broker_loss={py_string(channel.on_broker_loss)}")
    lines = "".join(f"    {each},\n" for each in arguments)
    return PyCode(f"CHANNEL: Final = Channel(\n{lines})")


def _sends(channel: Channel) -> PyCode:
    names = [py_string(each.name) for each in channel.events if not isinstance(each, ServerEvent)]
    head = f"{class_stem(channel.name)}EventName: TypeAlias = "
    if not names:
        return PyCode(f"{head}Never")
    flat = f"{head}Literal[{', '.join(names)}]"
    if len(flat) <= WIDTH:
        return PyCode(flat)
    return PyCode(f"{head}Literal[\n" + "".join(f"    {each},\n" for each in names) + "]")


def _handler(contract: Contract, event: ClientEvent, stem: str) -> MethodContext:
    payload = carried(event.payload)
    parameters = [f"ctx: {stem}Context", *([f"payload: {payload}"] if payload else [])]
    reply = carried(event.reply) or "None"
    errors = contract.errors_by_name
    declared = [(class_stem(name), " ".join(errors[name].description.split())) for name in event.errors]
    text = paragraphs(about(event, f"A client sent `{event.name}`."), raises(event, declared))
    head = signature(method_name(event, HANDLER_MEMBERS), parameters, f"Answer[{reply}]")
    return MethodContext(head, doc(text, 8), PyCode("..."))


def _handler_doc(channel: Channel, stem: str) -> str:
    if not channel.client_events:
        return f"Your side of `{channel.address}`: clients send nothing that needs a handler; `join` may refuse them."
    return f"Your side of `{channel.address}`: subclass it, and give `{stem}` to the app."


def _imports(contract: Contract, channel: Channel) -> tuple[PyCode, ...]:
    seam = {"Channel", "ChannelHandler", *scope_names(contract)}
    models = {params_type(channel), claims_type(contract)}
    errors: set[str] = set()
    for event in channel.events:
        if not carried(event.payload) or (
            isinstance(event, ClientEvent) and event.is_request and not carried(event.reply)
        ):
            seam.add("NOTHING")
        models.update({carried(event.payload)} - {""} if not isinstance(event, RelayEvent) else set())
        match event:
            case ClientEvent():
                models.add(carried(event.reply))
                seam |= {"Answer", "RequestEvent" if event.is_request else "NoticeEvent"}
                errors.update(class_stem(name) for name in event.errors if event.is_request)
            case RelayEvent():
                seam.add("RelayEvent")
            case ServerEvent():
                seam |= {"ServerEvent"} | ({"Offset"} if event.recorded else set())
        seam |= delivery_names(event)
    if any(each.deprecation is not None for each in channel.server_events):
        seam.add("deprecated")
    if channel.history is not None:
        seam.add("HistorySize")
    if channel.presence is not None:
        seam |= {"NOTHING"} if shown(channel) == "None" else set()
        seam |= {"Answer", "Presence"}
        models |= {shown(channel)} - {"None"}
    return (
        *([PyCode("from abc import abstractmethod")] if channel.client_events else []),
        import_from(
            "typing", {"Final", "TypeAlias", "Literal" if channel.client_events or channel.relays else "Never"}
        ),
        PyCode(""),
        import_from(SEAM, seam),
        PyCode(""),
        PyCode("from . import validators"),
        *([import_from(".errors", errors)] if errors else []),
        *([import_from(".flags", [CLASS])] if contract.flags else []),
        import_from(".models", models - {""}),
    )
