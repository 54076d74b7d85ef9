"""The context of `testing.ts`: what a fake server of the contract must know, and how tests reach its channels."""

import json
from collections.abc import Iterator

from rtgen.contract.model import Channel, ClientEvent, Contract
from rtgen.schema.specimens import Specimens
from rtgen.schema.types import NullType, RefType, TypeNode
from rtgen.targets.naming import pascal_case
from rtgen.targets.text import TsCode, js_doc, ts_member
from rtgen.targets.typescript import names
from rtgen.targets.typescript.contexts import FakesContext, Member
from rtgen.targets.typescript.escapes import key, quoted
from rtgen.targets.typescript.layout import call, fits, import_names
from rtgen.targets.typescript.literals import Printed, code_of, printed_member
from rtgen.targets.typescript.validators import ValidatorWriter
from rtgen.targets.typescript.words import deprecated, header
from rtgen.targets.wording import behind_channel, paragraphs

_MADE_UP = 3
"""Values of each kind, where the contract shows none."""

_SEAM = ("checkAnything", "checkNull")
"""Checks that the runtime has, and not the contract."""


def fake_type(contract: Contract) -> str:
    """`chat` → `FakeChat`. What `testing.ts` imports begins otherwise."""
    return f"Fake{pascal_case(contract.name)}"


def fake_channels(contract: Contract) -> str:
    """`chat` → `FakeChatChannels`."""
    return f"{fake_type(contract)}Channels"


def create_fake(contract: Contract) -> str:
    """`chat` → `createFakeChat`."""
    return f"create{fake_type(contract)}"


def fakes_context(contract: Contract, writer: ValidatorWriter) -> FakesContext:
    """Everything that is printed in `testing.ts`; not for a contract without channels.

    Modules of the contract are imported whole, so that no name of it can be taken for one of ours.
    """
    return FakesContext(
        header=header(contract, f"For tests of what uses the contract `{contract.name}`: no page imports this."),
        imports=tuple(TsCode(each) for each in _imports(contract, writer)),
        channels_type=TsCode(fake_channels(contract)),
        fake_type=TsCode(fake_type(contract)),
        client_class=TsCode(names.client_class(contract)),
        create_client=TsCode(names.create_function(contract)),
        create_function=TsCode(create_fake(contract)),
        types=TsCode(", ".join(_types(contract))),
        has_flags=bool(contract.flags),
        openers=tuple(_opener(each) for each in contract.channels),
        facts_type=TsCode(f"{fake_type(contract)}Facts"),
        described=tuple(TsCode(_described(each)) for each in contract.channels),
        facts=tuple(TsCode(_facts(contract, each, writer)) for each in contract.channels),
        opened=tuple(TsCode(_opened(each)) for each in contract.channels),
    )


def _imports(contract: Contract, writer: ValidatorWriter) -> Iterator[str]:
    checks = {_presence(each, writer) for each in contract.channels}
    seam = [each for each in _SEAM if each in checks]
    if seam:
        yield import_names(seam, quoted("../runtime/codegen-v1.js"))
    runtime = ["Fake", "type ChannelFacts", "type ServerEnd", "type TestingOptions"]
    yield import_names(runtime, quoted("../runtime/testing.js"))
    yield f"import * as channels from {quoted('./channels.js')};"
    used = [names.create_function(contract), f"type {names.client_class(contract)}"]
    yield import_names(used, quoted("./client.js"))
    if contract.flags:
        yield import_names(["type Flags", "flagValues"], quoted("./flags.js"))
    if any(each.startswith("checks.") for each in checks):
        yield f"import * as checks from {quoted('./validators.js')};"


def _types(contract: Contract) -> Iterator[str]:
    yield names.client_class(contract)
    yield fake_channels(contract)
    if contract.flags:
        yield "Flags"


def _opener(channel: Channel) -> Member:
    parameters = [f"params: channels.{names.parameters_type(channel)}"] if channel.parameters else []
    words = paragraphs(channel.notes.description, behind_channel(channel))
    doc = js_doc(words, 2, tags=deprecated(channel.deprecation))
    result = f": ServerEnd<channels.{names.handle_type(channel)}>;"
    return Member(doc, TsCode(call(str(key(channel.name)), parameters, result, 2)))


def _described(channel: Channel) -> str:
    """What a channel's facts are, as a member of an interface."""
    return f"readonly {key(channel.name)}: ChannelFacts<channels.{names.handle_type(channel)}>;"


def _opened(channel: Channel) -> str:
    given = "params" if channel.parameters else "{}"
    head = f"{key(channel.name)}: ({'params' if channel.parameters else ''}) =>"
    body = f"open(facts{ts_member(channel.name)}, {given}),"
    return f"{head} {body}" if fits(f"{head} {body}", 8) else f"{head}\n          {body}"


def _facts(contract: Contract, channel: Channel, writer: ValidatorWriter) -> str:
    newest = {each.name: quoted(each.latest.key) for each in channel.server_events if each.latest}
    flags = {each.name: quoted(each.flag) for each in channel.events if each.flag}
    members: dict[str, Printed] = {
        "definition": TsCode(f"channels.{names.definition(channel)}"),
        "recorded": [quoted(each.name) for each in channel.server_events if each.recorded],
        "latest": {**newest},
        "retryable": _retryable(contract, channel),
        "presence": TsCode(_presence(channel, writer)),
        "examples": _examples(contract, channel),
        **({"flag": quoted(channel.flag)} if channel.flag else {}),
        **({"flags": {**flags}} if flags else {}),
    }
    lines = "".join(f"\n    {printed_member(name, each, 4)}," for name, each in members.items())
    return f"{key(channel.name)}: {{{lines}\n  }},"


def _examples(contract: Contract, channel: Channel) -> Printed:
    """What the contract shows; where it shows nothing, values that are made up."""
    specimens = Specimens(contract.types_by_name)

    def shown(own: tuple[str, ...], node: TypeNode | None, label: str) -> list[Printed]:
        texts = own
        if not texts and isinstance(node, RefType):
            texts = contract.types_by_name[node.name].notes.examples
        values = map(json.loads, texts) if texts else specimens.of(node or NullType(), label, _MADE_UP)
        return [code_of(each) for each in values]

    heard = [each for each in channel.events if not isinstance(each, ClientEvent)]
    asked = [each for each in channel.client_events if each.is_request]
    return {
        "events": {each.name: shown(each.notes.examples, each.payload, each.name) for each in heard},
        "replies": {each.name: shown(each.reply_examples, each.reply, each.name) for each in asked},
        "members": [] if channel.presence is None else shown((), channel.presence.state, "member"),
    }


def _retryable(contract: Contract, channel: Channel) -> list[TsCode]:
    named = dict.fromkeys(name for each in channel.client_events for name in each.errors)
    return [quoted(name) for name in named if contract.errors_by_name[name].retryable]


def _presence(channel: Channel, writer: ValidatorWriter) -> str:
    if channel.presence is None:
        return "null"
    check = writer.table_entry(channel.presence.state)
    return check if check in _SEAM else f"checks.{check}"
