"""`client.py`: a typed client for Python programs, one class a channel."""

from rtgen.contract.model import Channel, ClientEvent, Contract, RelayEvent, ServerEvent
from rtgen.targets.python.code import about, call, carried, decorators, doc, raises, schema_of, signature
from rtgen.targets.python.contexts import ClientChannelContext, ClientContext, MethodContext
from rtgen.targets.python.data_modules import SEAM, import_from
from rtgen.targets.python.flag_module import CLASS, flags_property
from rtgen.targets.python.header import title
from rtgen.targets.python.names import (
    CLIENT_MEMBERS,
    JOINED_MEMBERS,
    attribute_name,
    class_stem,
    event_constant,
    member_name,
    method_name,
    module_name,
)
from rtgen.targets.python.parameters import parameter_models, parameter_type, params_type
from rtgen.targets.python.scopes import shown
from rtgen.targets.text import PyCode
from rtgen.targets.wording import behind_channel, going, paragraphs


def client_context(contract: Contract) -> ClientContext:
    """The client of a contract."""
    name = f"{class_stem(contract.name)}Client"
    summary = f"A client of the contract `{contract.name}` for Python programs."
    return ClientContext(
        title=title(contract, summary),
        imports=_imports(contract),
        channels=tuple(_channel(contract, each) for each in contract.channels),
        name=PyCode(name),
        doc=doc(f"One connection to a server of `{contract.name}`; use it with `async with`.", 4),
        constructor=call("def __init__", ["self", "url: str", "*", *_typed(contract)], indent=4, after=" -> None:"),
        hand_over=_hand_over(contract),
        joins=(*_flags(contract), *(_join(each) for each in contract.channels)),
    )


def _flags(contract: Contract) -> tuple[MethodContext, ...]:
    if not contract.flags:
        return ()
    changes = MethodContext(
        signature("flag_changes", [], f"Events[{CLASS}]"),
        doc("The flags each time one of them has changed, beginning with what is known now.", 8),
        PyCode(f"return self._flag_changes({CLASS})"),
        (PyCode("@property"),),
    )
    words = "What is on for this client; until the server has told, what holds for everybody else."
    return (*flags_property(contract, words), changes)


def _options(contract: Contract) -> dict[str, str]:
    """What a client takes beside the URL, with types and defaults."""
    token = {"token": "Token | None = None"} if contract.auth else {}
    keeps = {"positions": "Positions | None = None"} if any(map(_keeps, contract.channels)) else {}
    return {**token, "encoding": 'Encoding = "json"', "connect": "Connect | None = None", **keeps}


def _keeps(channel: Channel) -> bool:
    """Whether a client has a position in it, to go on from."""
    return channel.history is not None


def _loader(channel: Channel) -> str:
    """What the parameter for loading data is called, which an address may have one of, too."""
    taken = {attribute_name(each.name) for each in channel.parameters}
    return next(name for name in ("load", "load_data", "load_other_data") if name not in taken)


def _typed(contract: Contract) -> list[str]:
    return [f"{name}: {rest}" for name, rest in _options(contract).items()]


def _hand_over(contract: Contract) -> PyCode:
    given = [f"{name}={name}" for name in _options(contract)]
    return call("super().__init__", ["CONTRACT", "url", *given], indent=8)


def _channel(contract: Contract, channel: Channel) -> ClientChannelContext:
    return ClientChannelContext(
        name=PyCode(f"Joined{class_stem(channel.name)}"),
        bases=PyCode(f"JoinedChannel[{params_type(channel)}]"),
        doc=doc(f"`{channel.address}`, as this client has joined it.", 4),
        events=(
            *(_listen(channel, each) for each in channel.server_events),
            *(_listen(channel, each) for each in channel.relays),
            *_present(channel),
        ),
        requests=(
            *(_ask(contract, channel, each) for each in channel.client_events),
            *(_relay(channel, each) for each in channel.relays),
        ),
    )


def _present(channel: Channel) -> tuple[MethodContext, ...]:
    if channel.presence is None:
        return ()
    return (
        MethodContext(
            signature("present", [], f"Present[{shown(channel)}]"),
            doc("Who is here, and what they show; `show` sets what the others see of this client.", 8),
            call("return self._present", [schema_of(channel.presence.state)], indent=8),
        ),
    )


def _constant(channel: Channel, event: ClientEvent | RelayEvent | ServerEvent) -> str:
    return f"{module_name(channel)}.{event_constant(event.name)}"


def _listen(channel: Channel, event: ServerEvent | RelayEvent) -> MethodContext:
    name = method_name(event, JOINED_MEMBERS)
    name = f"{name}_events" if isinstance(event, RelayEvent) else name
    words = about(event, f"`{event.name}` from the server.")
    if isinstance(event, RelayEvent):
        words = paragraphs(f"What the other members sent with `{event.name}`.", going(event.deprecation))
    return MethodContext(
        signature(name, [], f"Events[{carried(event.payload) or 'None'}]"),
        doc(words, 8),
        call("return self._events", [_constant(channel, event)], indent=8),
        decorators(f"`{event.name}`", event.deprecation),
    )


def _ask(contract: Contract, channel: Channel, event: ClientEvent) -> MethodContext:
    payload = carried(event.payload)
    parameters = [f"payload: {payload}"] if payload else []
    arguments = [_constant(channel, event), "payload" if payload else "None"]
    name = method_name(event, JOINED_MEMBERS)
    words = about(event, f"Send `{event.name}`.")
    marks = decorators(f"`{event.name}`", event.deprecation)
    if not event.is_request:
        body = call("self._tell", arguments, indent=8)
        return MethodContext(signature(name, parameters, "None"), doc(words, 8), body, marks)
    errors = contract.errors_by_name
    declared = [(class_stem(each), " ".join(errors[each].description.split())) for each in event.errors]
    return MethodContext(
        signature(name, parameters, carried(event.reply) or "None", is_async=True),
        doc(paragraphs(words, raises(event, declared)), 8),
        call("return await self._ask" if carried(event.reply) else "await self._ask", arguments, indent=8),
        marks,
    )


def _relay(channel: Channel, event: RelayEvent) -> MethodContext:
    payload = carried(event.payload)
    return MethodContext(
        signature(method_name(event, JOINED_MEMBERS), [f"payload: {payload}"] if payload else [], "None"),
        doc(about(event, f"Send `{event.name}` to the other members."), 8),
        call("self._tell", [_constant(channel, event), "payload" if payload else "None"], indent=8),
        decorators(f"`{event.name}`", event.deprecation),
    )


def _join(channel: Channel) -> MethodContext:
    joined, params = f"Joined{class_stem(channel.name)}", params_type(channel)
    parameters = [f"{attribute_name(each.name)}: {parameter_type(each)}" for each in channel.parameters]
    filled = ", ".join(f"{attribute_name(each.name)}={attribute_name(each.name)}" for each in channel.parameters)
    arguments = [joined, f"{module_name(channel)}.CHANNEL", f"{params}({filled})"]
    words = ""
    if _keeps(channel):
        loader = _loader(channel)
        parameters.append(f"{loader}: Load | None = None")
        arguments.append(loader)
        words = f"`{loader}` gets data from elsewhere, and the position to go on from."
    return MethodContext(
        signature(
            member_name(channel, CLIENT_MEMBERS), ["*", *parameters] if parameters else [], joined, is_async=True
        ),
        doc(
            paragraphs(
                f"Join `{channel.address}`.",
                words,
                behind_channel(channel),
                going(channel.deprecation),
                "Raises:\n    RequestFailed: The server refused.\n    RequestTimeout: It gave no answer in time.",
            ),
            8,
        ),
        call("return await self._join", arguments, indent=8),
        decorators(f"the channel `{channel.name}`", channel.deprecation),
    )


def _imports(contract: Contract) -> tuple[PyCode, ...]:
    models: set[str] = set()
    for channel in contract.channels:
        models.update(parameter_models(channel))
        for event in channel.events:
            models.add(carried(event.payload))
            if isinstance(event, ClientEvent):
                models.add(carried(event.reply))
    joined = ["JoinedChannel"] if contract.channels else []
    seam = {"Client", "Connect", "Encoding", *joined, *(["Token"] if contract.auth else [])}
    if any(map(_keeps, contract.channels)):
        seam |= {"Load", "Positions"}
    if any(channel.server_events or channel.relays for channel in contract.channels):
        seam.add("Events")
    present = [each for each in contract.channels if each.presence is not None]
    states = {shown(each) for each in present}
    models |= states - {"None"}
    seam |= {"Present"} if present else set()
    seam |= {"NOTHING"} if "None" in states else set()
    seam |= {"Events"} if contract.flags else set()
    checked = ["validators"] if states - {"None"} else []
    subjects = [*contract.channels, *(event for channel in contract.channels for event in channel.events)]
    if any(each.deprecation is not None for each in subjects):
        seam.add("deprecated")
    own = {
        ".": [*(module_name(each) for each in contract.channels), *checked],
        ".app": ["CONTRACT"],
        ".flags": {CLASS} if contract.flags else set(),
        ".models": models - {""},
    }
    lines = (import_from(module, names) for module, names in own.items() if names)
    return (import_from(SEAM, seam), PyCode(""), *lines)
