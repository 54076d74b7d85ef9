"""The modules around the channels: `app.py`, `__init__.py`, `__main__.py`."""

from collections.abc import Iterator

from rtgen.contract.model import Channel, Contract
from rtgen.targets.python.code import call, decorators, doc, schema_of, signature
from rtgen.targets.python.contexts import AppContext, MainContext, MethodContext, PackageContext
from rtgen.targets.python.data_modules import SEAM, import_from
from rtgen.targets.python.deprecations import deprecations
from rtgen.targets.python.flag_module import CLASS
from rtgen.targets.python.header import title
from rtgen.targets.python.layout import WIDTH
from rtgen.targets.python.names import APP_MEMBERS, attribute_name, class_stem, member_name, module_name
from rtgen.targets.python.parameters import parameter_models, parameter_type, params_type
from rtgen.targets.text import PyCode, py_string
from rtgen.targets.wording import going, paragraphs

_SEAM_NAMES = ("App", "Contract", "Heartbeat", "Limits")

_PARTS = (
    ("presence", "PresenceStore", "PresenceStore | None = None"),
    ("middleware", "Middleware", "Sequence[Middleware] = ()"),
    ("settings", "Settings", "Settings | None = None"),
    ("store", "Store", "Store | None = None"),
)
"""What every app takes beside its handlers, each with its type and its declaration; all may be left out."""

_IDENTITY_PARTS = (
    ("auth", "Authenticator", "Authenticator | None = None"),
    ("revocations", "Revocations", "Revocations | None = None"),
)
"""What the app of a contract with `auth` takes too."""


def app_context(contract: Contract, *, has_older: bool = False) -> AppContext:
    """The app: one keyword a channel, so that the type checker names a forgotten one."""
    name = f"{class_stem(contract.name)}App"
    channels = sorted(contract.channels, key=module_name)
    imports = [
        PyCode("from collections.abc import Sequence\nfrom typing import Final"),
        PyCode(""),
        import_from(SEAM, _seam_names(contract)),
    ]
    own = [PyCode("from . import validators")] if contract.auth and contract.auth.claims else []
    own += _own_imports(contract, channels, has_older=has_older)
    imports += [PyCode(""), *own] if own else []
    return AppContext(
        title=title(contract, paragraphs(f"The app of the contract `{contract.name}`.", contract.description)),
        imports=tuple(imports),
        contract=_contract(contract, has_older=has_older),
        name=PyCode(name),
        doc=doc(f"Serves `{contract.name}` with your handlers, one for each channel.", 4),
        constructor=call("def __init__", _parameters(contract), indent=4, after=" -> None:"),
        mounts=_mounts(contract),
        hand_over=_hand_over(contract),
        channels=tuple(_scope(each) for each in contract.channels),
    )


def _seam_names(contract: Contract) -> Iterator[str]:
    yield from _SEAM_NAMES
    yield from (kind for _, kind, _ in _parts(contract))
    if contract.channels:
        yield "Mount"
    if contract.auth:
        yield "Auth"
    if deprecations(contract, 8):
        yield "Deprecation"
    if any(each.deprecation is not None for each in contract.channels):
        yield "deprecated"


def _own_imports(contract: Contract, channels: list[Channel], *, has_older: bool) -> list[PyCode]:
    lines = {f".{module_name(each)}": _channel_import(each) for each in channels}
    if channels:
        lines[".models"] = import_from(".models", (name for each in channels for name in parameter_models(each)))
    if contract.flags:
        lines[".flags"] = import_from(".flags", ["FLAGS"])
    if has_older:
        lines[".versions"] = import_from(".versions", ["VERSIONS"])
    return [lines[module] for module in sorted(lines)]


def _channel_import(channel: Channel) -> PyCode:
    stem = class_stem(channel.name)
    return import_from(f".{module_name(channel)}", [f"{stem}{part}" for part in ("Channel", "Context", "Handler")])


def _contract(contract: Contract, *, has_older: bool) -> PyCode:
    limits, heartbeat = contract.limits, contract.heartbeat
    channels = [f"{class_stem(each.name)}Handler.channel" for each in contract.channels]
    listed = f"({channels[0]},)" if len(channels) == 1 else f"({', '.join(channels)})"
    if len(f"    channels={listed},") > WIDTH:
        listed = "(\n" + "".join(f"        {each},\n" for each in channels) + "    )"
    lines = [
        f"name={py_string(contract.name)}",
        f"version={py_string(contract.version)}",
        f"hash={py_string(contract.hash)}",
        f"channels={listed}",
        f"limits=Limits(frame={limits.frame}, channels={limits.channels}, outbox={limits.outbox})",
        f"heartbeat=Heartbeat(every={heartbeat.every!r}, slack={heartbeat.slack!r})",
        *_auth(contract),
        *(["versions=VERSIONS"] if has_older else []),
        *_deprecations(contract),
        *(["flags=FLAGS"] if contract.flags else []),
    ]
    return PyCode("CONTRACT: Final = Contract(\n" + "".join(f"    {each},\n" for each in lines) + ")")


def _deprecations(contract: Contract) -> list[str]:
    found = deprecations(contract, 8)
    return ["deprecations=(\n" + "".join(f"        {each}\n" for each in found) + "    )"] if found else []


def _auth(contract: Contract) -> list[str]:
    if contract.auth is None:
        return []
    told = [f"{name}=True" for name in ("jwt", "anonymous") if getattr(contract.auth, name)]
    if contract.auth.claims is not None:
        told.insert(1, f"claims={schema_of(contract.auth.claims)}")
    return [f"auth=Auth({', '.join(told)})"]


def _is_optional(channel: Channel) -> bool:
    return not channel.client_events


def _parameters(contract: Contract) -> list[str]:
    """Channels with something to handle are required; they come first, so that both groups keep their order."""
    ordered = sorted(contract.channels, key=_is_optional)
    parameters = ["self", "*"]
    for each in ordered:
        handler = f"{class_stem(each.name)}Handler"
        default = " | None = None" if _is_optional(each) else ""
        parameters.append(f"{member_name(each, APP_MEMBERS)}: {handler}{default}")
    return [*parameters, *(f"{name}: {declared}" for name, _, declared in _parts(contract))]


def _parts(contract: Contract) -> tuple[tuple[str, str, str], ...]:
    return (*_PARTS, *(_IDENTITY_PARTS if contract.auth else ()))


def _hand_over(contract: Contract) -> PyCode:
    parts = [f"{name}={name}" for name, _, _ in _parts(contract)]
    return call("super().__init__", ["CONTRACT", "mounts", *parts], indent=8)


def _mounts(contract: Contract) -> PyCode:
    mounts = [_mount(each) for each in contract.channels]
    if not mounts:
        return PyCode("()")
    only = f"({mounts[0]},)"
    if len(mounts) == 1 and len(f"        mounts = {only}") <= WIDTH:
        return PyCode(only)
    return PyCode("(\n" + "".join(f"            {each},\n" for each in mounts) + "        )")


def _mount(channel: Channel) -> PyCode:
    stem, argument = class_stem(channel.name), member_name(channel, APP_MEMBERS)
    handler = f"{argument} or {stem}Handler()" if _is_optional(channel) else argument
    return call("Mount", [handler, f"{stem}Context"], indent=12)


def _scope(channel: Channel) -> MethodContext:
    stem = class_stem(channel.name)
    parameters = [f"{attribute_name(each.name)}: {parameter_type(each)}" for each in channel.parameters]
    filled = ", ".join(f"{attribute_name(each.name)}={attribute_name(each.name)}" for each in channel.parameters)
    arguments = [f"{stem}Channel", f"{stem}Handler.channel", f"{params_type(channel)}({filled})"]
    return MethodContext(
        signature(member_name(channel, APP_MEMBERS), ["*", *parameters] if parameters else [], f"{stem}Channel"),
        doc(paragraphs(f"`{channel.address}`, to speak there from outside a handler.", going(channel.deprecation)), 8),
        call("return self._scope", arguments, indent=8),
        decorators(f"the channel `{channel.name}`", channel.deprecation),
    )


def package_context(contract: Contract) -> PackageContext:
    """What handlers use as `chat.…`."""
    app = f"{class_stem(contract.name)}App"
    groups = {
        ".app": [app],
        ".client": [
            f"{class_stem(contract.name)}Client",
            *(f"Joined{class_stem(each.name)}" for each in contract.channels),
        ],
        ".flags": [CLASS] if contract.flags else [],
        ".errors": [class_stem(each.name) for each in contract.errors],
        ".models": [each.name for each in contract.types],
    }
    for channel in contract.channels:
        stem = class_stem(channel.name)
        groups[f".{module_name(channel)}"] = [
            f"{stem}{part}" for part in ("Channel", "Context", "EventName", "Handler")
        ]
    imports = [PyCode("from rtgen_runtime import Refused"), PyCode("")]
    imports += [import_from(module, names) for module, names in sorted(groups.items()) if names]
    names = sorted({"Refused", *(name for listed in groups.values() for name in listed)})
    summary = paragraphs(contract.title or f"The contract `{contract.name}`.", contract.description)
    return PackageContext(title(contract, summary), tuple(imports), tuple(py_string(each) for each in names))


def main_context(contract: Contract, handlers: str) -> MainContext:
    """`python -m <package>`."""
    return MainContext(title(contract, "Serves your handlers: see `--help`."), py_string(handlers))
