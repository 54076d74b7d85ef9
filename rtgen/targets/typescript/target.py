"""The target `typescript`: checks the names, fills the contexts, prints the modules and copies the runtime."""

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from rtgen.contract.model import Channel, Contract
from rtgen.files import File
from rtgen.schema.types import AnyType, NamedType, ObjectType, Property, RefType, base_of
from rtgen.targets.render import render, runtime_files
from rtgen.targets.specifiers import EXTENSIONS, extension_of, with_extension
from rtgen.targets.target import Option, Target, TargetRequest, TargetResult
from rtgen.targets.text import JsDoc, TsCode, js_doc
from rtgen.targets.typescript import names
from rtgen.targets.typescript.brands import brand_type, branded_types, brands_context
from rtgen.targets.typescript.channels import carried_types, channel_context, queues
from rtgen.targets.typescript.contexts import (
    ChannelsContext,
    ClientContext,
    FunctionContext,
    IndexContext,
    Member,
    TypeContext,
    TypesContext,
    ValidatorsContext,
)
from rtgen.targets.typescript.escapes import key, quoted
from rtgen.targets.typescript.fakes import fakes_context
from rtgen.targets.typescript.flags import flags_context
from rtgen.targets.typescript.inheritance import parents
from rtgen.targets.typescript.layout import braces, call, fits, import_names, member
from rtgen.targets.typescript.package import NAME_PATTERN, package_files, package_findings
from rtgen.targets.typescript.secrets import Secrets, discreet_declaration, secrets_of
from rtgen.targets.typescript.statements import Line, printed
from rtgen.targets.typescript.types import index_of, laid_out, shape_of
from rtgen.targets.typescript.validators import CheckFunction, ValidatorWriter
from rtgen.targets.typescript.words import deprecated, deprecated_exports, header, property_doc, type_doc
from rtgen.targets.wording import behind_channel, paragraphs


def generate(request: TargetRequest) -> TargetResult:
    """The contract's client, and the runtime it stands on."""
    findings = names.collisions(request.contract)
    findings += tuple(package_findings(request))
    if findings:
        return TargetResult(findings=findings)
    contract = request.contract
    secrets = secrets_of(contract)
    writer = ValidatorWriter(contract.types_by_name, secrets)
    modules = {
        "types": render("typescript/types.ts.jinja", _types(contract)),
        "validators": render("typescript/validators.ts.jinja", _validators(contract, writer, secrets)),
        "channels": render("typescript/channels.ts.jinja", _channels(contract, writer)),
        "client": render("typescript/client.ts.jinja", _client(contract)),
        "index": render("typescript/index.ts.jinja", _index(contract)),
    }
    if contract.flags:
        modules["flags"] = render("typescript/flags.ts.jinja", flags_context(contract))
    if contract.channels:
        modules["testing"] = render("typescript/testing.ts.jinja", fakes_context(contract, writer))
    if branded_types(contract):
        checks = {each.name: writer.table_entry(RefType(each.name)) for each in branded_types(contract)}
        modules["brands"] = render("typescript/brands.ts.jinja", brands_context(contract, checks))
    folder = PurePosixPath(contract.name)
    files = [File(folder / f"{name}.ts", text) for name, text in modules.items()]
    files += runtime_files("typescript", "runtime", (".ts",), keep="runtime")
    files = [*with_extension(files, extension_of(request))]
    if request.options["package"]:
        files += package_files(request, files)
    return TargetResult(tuple(files))


def _types(contract: Contract) -> TypesContext:
    types = contract.types_by_name
    return TypesContext(
        header(contract, f"The types of the contract `{contract.name}`."),
        _codes(['import type { Brand } from "../runtime/codegen-v1.js";'] if branded_types(contract) else ()),
        tuple(_type(each, types) for each in contract.types),
    )


def _type(named: NamedType, types: Mapping[str, NamedType]) -> TypeContext:
    name = TsCode(named.name)
    base = base_of(named.node)
    if named.notes.brand:
        alias = TsCode(laid_out(f"export type {named.name} =", brand_type(named)))
        return TypeContext(type_doc(named.notes), name, False, (), alias)
    match base:
        case ObjectType(properties) if properties:
            members = [_property(each) for each in properties]
            index = index_of(base)
            if index is not None:
                members.append(Member(JsDoc(""), TsCode(laid_out("readonly [key: string]:", index, 2))))
            extended = parents(named, types)
            name = TsCode(_extending(named.name, extended))
            return TypeContext(type_doc(named.notes), name, True, tuple(members), TsCode(""))
        case _:
            alias = TsCode(laid_out(f"export type {named.name} =", shape_of(named.node)))
            return TypeContext(type_doc(named.notes), name, False, (), alias)


def _extending(name: str, extended: tuple[str, ...]) -> str:
    """The head of an interface; it leaves out what would not fit on its line."""
    head = name
    for index, each in enumerate(extended):
        longer = f"{head}, {each}" if index else f"{head} extends {each}"
        if not fits(f"export interface {longer} {{"):
            break
        head = longer
    return head


def _property(each: Property) -> Member:
    head = f"readonly {key(each.name)}{'' if each.required else '?'}:"
    return Member(property_doc(each.notes), TsCode(laid_out(head, shape_of(each.type), 2)))


def _validators(contract: Contract, writer: ValidatorWriter, secrets: Secrets) -> ValidatorsContext:
    functions = [writer.function(each.name, each.node, each.document) for each in contract.types]
    functions += [_parameters(each, writer) for each in contract.channels if each.parameters]
    written = [*(each for each in functions if each is not None), *writer.parts]
    entries = [(each.name, writer.table_entry(RefType(each.name))) for each in contract.types]
    writer.imports.update(check for _, check in entries if check == "checkAnything")
    deep = {name for name, _ in entries if writer.calls.may_recur(name)}
    writer.imports.update(("findTextIssues", "validatorsOf", *(["bounded"] if deep else [])))
    if secrets:
        writer.imports.update(("type DiscreetCheck", "discreet"))
    types = ("type Issue", "type Place", "type Validators", "type Wanted")
    seam = import_names([*types, *writer.imports], quoted("../runtime/codegen-v1.js"))
    return ValidatorsContext(
        header(contract, f"The checks of the contract `{contract.name}`, straight-line and without dependencies."),
        TsCode(seam),
        tuple(writer.constants.declared.values()),
        tuple(_function(each) for each in written),
        tuple(discreet_declaration(name, paths) for name, paths in secrets.items()),
        tuple(_entry(name, check, is_recursive=name in deep) for name, check in entries),
    )


def _entry(name: str, check: str, *, is_recursive: bool) -> TsCode:
    """A row of the table; the check of a type that may hold values of itself is called only within bounds."""
    return TsCode(call(f"{name}: bounded", (check,), "", 2) if is_recursive else member(name, check, 2))


def _parameters(channel: Channel, writer: ValidatorWriter) -> CheckFunction | None:
    properties = tuple(Property(each.name, each.type, required=True) for each in channel.parameters)
    return writer.function(names.parameters_type(channel), ObjectType(properties, AnyType()), True)


def _function(each: CheckFunction) -> FunctionContext:
    parameters = ("value: unknown", "at?: Place")
    signature = call(f"export function {names.check_function(each.name)}", parameters, ": boolean {")
    body = (*each.body, Line("return true;"))
    return FunctionContext(js_doc(""), TsCode(signature), tuple(TsCode(line) for line in printed(body, 2)))


def _channels(contract: Contract, writer: ValidatorWriter) -> ChannelsContext:
    channels = tuple(channel_context(contract, each, writer) for each in contract.channels)
    text = "\n".join(line for each in channels for line in each.definition)
    checks = set(re.findall(r"\bcheck[A-Z]\w*", text))
    seam = ["type Channel", "type ChannelDefinition", "defineChannel", *(checks & {"checkAnything", "checkNull"})]
    if not all(each.events and each.requests for each in channels):
        seam.append("type Nothing")
    if any(each.presence for each in contract.channels):
        seam += ["presenceOf", "type Present"]
    if any(queues(each) for each in contract.channels):
        seam.append("offlineQueue")
    if any(each.recorded for channel in contract.channels for each in channel.server_events):
        seam.append("type Recording")
    if any(each.failures for each in channels):
        seam.append("type RequestError")
    if any(each.requests for each in channels):
        seam.append("type RequestOptions")
    imports = [import_names(seam, quoted("../runtime/codegen-v1.js"))]
    types = [f"type {name}" for name in carried_types(contract)]
    if types:
        imports.append(import_names(types, quoted("./types.js")))
    if checks - {"checkAnything", "checkNull"}:
        imports.append(import_names(sorted(checks - {"checkAnything", "checkNull"}), quoted("./validators.js")))
    return ChannelsContext(
        header(contract, f"The channels of the contract `{contract.name}`."), _codes(imports), channels
    )


def _client(contract: Contract) -> ClientContext:
    used = []
    for channel in contract.channels:
        used += [names.definition(channel), f"type {names.handle_type(channel)}"]
        used += [f"type {names.parameters_type(channel)}"] if channel.parameters else []
    base = "FlaggedClient" if contract.flags else "Client"
    seam = [base, "type ClientOptions", "type ContractIdentity"]
    imports = [import_names(seam, quoted("../runtime/codegen-v1.js"))]
    if used:
        imports.append(import_names(used, quoted("./channels.js")))
    if contract.flags:
        imports.append(import_names(["type Flags", "flagValues"], quoted("./flags.js")))
    facts = (f"name: {quoted(contract.name)}", f"version: {quoted(contract.version)}")
    identity = braces("const contract: ContractIdentity = ", (*facts, f"hash: {quoted(contract.hash)}"), ";")
    return ClientContext(
        header(contract, f"The client of the contract `{contract.name}`."),
        _codes(imports),
        TsCode(identity),
        TsCode(names.client_class(contract)),
        TsCode(f"{base}<Flags>" if contract.flags else base),
        TsCode("contract, flagValues, options" if contract.flags else "contract, options"),
        TsCode(names.create_function(contract)),
        tuple(_opener(each) for each in contract.channels),
    )


def _opener(channel: Channel) -> Member:
    parameters = [f"params: {names.parameters_type(channel)}"] if channel.parameters else []
    head = call(str(key(channel.name)), parameters, f": {names.handle_type(channel)} {{", 2)
    given = "params" if channel.parameters else "{}"
    body = f"\n    return this.channel({names.definition(channel)}, {given});\n  }}"
    words = paragraphs(channel.notes.description, behind_channel(channel))
    doc = js_doc(words, 2, tags=deprecated(channel.deprecation))
    return Member(doc, TsCode(head + body))


def _index(contract: Contract) -> IndexContext:
    modules = [*(["brands"] if branded_types(contract) else []), "channels", "client"]
    modules += [*(["flags"] if contract.flags else []), "types"]
    exported = [name if _is_value(name) else f"type {name}" for name in names.RUNTIME]
    runtime = braces("export ", sorted(exported, key=_readers_order), f" from {quoted('../runtime/index.js')};")
    return IndexContext(
        header(contract, _subject(contract)),
        _codes(f'export * from "./{module}.js";' for module in modules),
        deprecated_exports(contract),
        quoted("./types.js"),
        TsCode('export { validateText, validators } from "./validators.js";'),
        TsCode(runtime),
    )


def _subject(contract: Contract) -> str:
    title = contract.title or f"The contract `{contract.name}`"
    return f"{title}\n\n{contract.description}" if contract.description else title


def _is_value(name: str) -> bool:
    """Whether a name of the runtime is more than a type: functions, and classes that are thrown or extended."""
    return name[0].islower() or name.endswith("Error") or name == "Client"


def _readers_order(name: str) -> str:
    return name.removeprefix("type ").lower()


def _codes(lines: Iterable[str]) -> tuple[TsCode, ...]:
    return tuple(TsCode(each) for each in lines)


TARGET = Target(
    name="typescript",
    summary="A client for browsers and Node, without dependencies",
    generate=generate,
    options=(
        Option("package", bool, False, "Write a package.json and what builds it, to use or publish it as a package."),
        Option(
            "name", str, "", "The package's name; `<contract>-client` and private by default.", pattern=NAME_PATTERN
        ),
        Option("extension", str, "", "What import specifiers end in; nothing, and `.js` in a package.", EXTENSIONS),
    ),
)
