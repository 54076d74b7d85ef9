"""The user's half: a file a channel, written once; later runs only add the handlers that are missing."""

from pathlib import PurePosixPath

from rtgen.contract.model import Channel, ClientEvent, Contract
from rtgen.files import Completion, File, FileKind
from rtgen.targets.python.code import about, carried, doc, signature
from rtgen.targets.python.contexts import HandlerFileContext, HandlersPackageContext
from rtgen.targets.python.names import (
    APP_MEMBERS,
    HANDLER_MEMBERS,
    class_stem,
    member_name,
    method_name,
    module_name,
    package_name,
)
from rtgen.targets.render import render
from rtgen.targets.text import PyCode, py_string


def handler_files(contract: Contract, folder: PurePosixPath) -> tuple[File, ...]:
    """`handlers/__init__.py` and one file for each channel that has something to handle."""
    channels = [each for each in contract.channels if each.client_events]
    return (_package(contract, channels, folder), *(_file(contract, each, folder) for each in channels))


def _package(contract: Contract, channels: list[Channel], folder: PurePosixPath) -> File:
    package = package_name(contract)
    app = f"{package}.{class_stem(contract.name)}App"
    arguments = [f"{member_name(each, APP_MEMBERS)}={class_stem(each.name)}()" for each in channels]
    # Relative, so that linters of any project agree on which imports belong together.
    own = sorted(f"from .{module_name(each)} import {class_stem(each.name)}" for each in channels)
    lines = [f"import {package}", *(["", *own] if own else [])]
    body = f"{app}({', '.join(arguments)})"
    if len(f"    return {body}") > 88:
        body = f"{app}(\n" + "".join(f"        {each},\n" for each in arguments) + "    )"
    context = HandlersPackageContext(tuple(PyCode(line) for line in lines), PyCode(app), PyCode(body))
    return File(folder / "__init__.py", render("python/handlers.py.jinja", context), FileKind.YOURS)


def _file(contract: Contract, channel: Channel, folder: PurePosixPath) -> File:
    package, stem = package_name(contract), class_stem(channel.name)
    completions = tuple(_completion(package, channel, each) for each in channel.client_events)
    context = HandlerFileContext(
        package=PyCode(package),
        name=PyCode(stem),
        bases=PyCode(f"{package}.{stem}Handler"),
        doc=doc(f"What the server does in `{channel.address}`.", 4),
        methods=tuple(PyCode("\n".join(each.lines)) for each in completions),
    )
    path = folder / f"{module_name(channel)}.py"
    return File(path, render("python/handler.py.jinja", context), FileKind.YOURS, completions)


def _completion(package: str, channel: Channel, event: ClientEvent) -> Completion:
    stem, method = class_stem(channel.name), method_name(event, HANDLER_MEMBERS)
    payload = carried(event.payload)
    reply = carried(event.reply)
    head = signature(
        method,
        [f"ctx: {package}.{stem}Context", *([f"payload: {package}.{payload}"] if payload else [])],
        f"{package}.{reply}" if reply else "None",
        is_async=True,
    )
    tag = f"{channel.name}.{event.name}"
    words = doc(about(event, f"A client sent `{event.name}`."), 8)
    lines = [f"    {head}", f'        """{words}"""', f"        raise NotImplementedError({py_string(tag)})"]
    return Completion(f"{stem}Handler", method, tuple("\n".join(lines).split("\n")), f"event `{tag}`")
