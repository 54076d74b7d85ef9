"""The target `python`: a contract's server and client package, and the user's handlers."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from rtgen.contract.model import Contract
from rtgen.files import File
from rtgen.source.finding import Finding, Severity, error
from rtgen.source.span import file_start
from rtgen.targets.python.app_modules import app_context, main_context, package_context
from rtgen.targets.python.bases import with_bases
from rtgen.targets.python.channel_module import channel_context
from rtgen.targets.python.client_module import client_context
from rtgen.targets.python.data_modules import models_context, schemas_context, validators_context, wire_context
from rtgen.targets.python.error_module import errors_context
from rtgen.targets.python.flag_module import flags_context
from rtgen.targets.python.handler_files import handler_files
from rtgen.targets.python.names import PYDANTIC_NAMES, collisions, module_name, package_name
from rtgen.targets.python.older_versions import PATTERN, RELEASED, Older, older_versions
from rtgen.targets.python.parameters import with_parameters
from rtgen.targets.python.pydantic_module import pydantic_context
from rtgen.targets.python.requirements import jwt_requirements_text, requirements_text
from rtgen.targets.python.version_module import versions_context
from rtgen.targets.render import render, runtime_files
from rtgen.targets.target import Option, Target, TargetRequest, TargetResult

_PYDANTIC = PurePosixPath("rtgen_runtime/pydantic_v1.py")


def generate(request: TargetRequest) -> TargetResult:
    """All files of one contract, unless two of its names are one in Python."""
    handlers = PurePosixPath(request.text_option("handlers"))
    contract = with_bases(request.contract)
    pydantic = request.options.get("models") == "pydantic"
    older = older_versions(request.contract, request.released, str(request.options.get("versions", RELEASED)))
    findings = (
        *collisions(contract, PYDANTIC_NAMES if pydantic else frozenset()),
        *_unusable(request.contract, handlers),
        *older.findings,
    )
    if any(each.severity is Severity.ERROR for each in findings):
        return TargetResult(findings=findings)
    contract = with_parameters(contract)
    return TargetResult(
        (
            *_package(contract, handlers, older, pydantic=pydantic),
            *_runtime(contract, pydantic=pydantic),
            *_requirements(contract, pydantic=pydantic),
            *handler_files(contract, handlers),
        ),
        findings,
    )


def _package(contract: Contract, handlers: PurePosixPath, older: Older, *, pydantic: bool) -> tuple[File, ...]:
    contexts = {
        "__init__": ("package", package_context(contract)),
        "__main__": ("main", main_context(contract, handlers.as_posix())),
        "app": ("app", app_context(contract, has_older=bool(older.plans))),
        "client": ("client", client_context(contract)),
        "models": ("models", pydantic_context(contract) if pydantic else models_context(contract)),
        "schemas": ("schemas", schemas_context(contract)),
        "validators": ("validators", validators_context(contract, pydantic=pydantic)),
    }
    if contract.flags:
        contexts["flags"] = ("flags", flags_context(contract))
    if traveling := wire_context(contract, pydantic=pydantic):
        contexts["wire"] = ("models", traveling)
    if contract.errors:
        contexts["errors"] = ("errors", errors_context(contract, pydantic=pydantic))
    if older.plans:
        contexts["versions"] = ("versions", versions_context(contract, older.plans))
    for channel in contract.channels:
        contexts[module_name(channel)] = ("channel", channel_context(contract, channel))
    folder = PurePosixPath(package_name(contract))
    files = [
        File(folder / f"{module}.py", render(f"python/{template}.py.jinja", context))
        for module, (template, context) in contexts.items()
    ]
    return (*files, File(folder / "py.typed", ""))


def _requirements(contract: Contract, *, pydantic: bool) -> tuple[File, ...]:
    always = File(PurePosixPath("requirements.txt"), requirements_text(pydantic=pydantic))
    if not _has_tokens(contract):
        return (always,)
    return (always, File(PurePosixPath("requirements-jwt.txt"), jwt_requirements_text()))


def _has_tokens(contract: Contract) -> bool:
    return contract.auth is not None and contract.auth.jwt


def _runtime(contract: Contract, *, pydantic: bool) -> Iterator[File]:
    """The runtime is copied whole, but for what needs packages that only some projects ask for."""
    unwanted = {PurePosixPath("rtgen_runtime/jwt"): _has_tokens(contract), _PYDANTIC: pydantic}
    for file in runtime_files("python", "runtime", (".py", ".typed")):
        if all(wanted or not file.path.is_relative_to(part) for part, wanted in unwanted.items()):
            yield file


def _unusable(contract: Contract, handlers: PurePosixPath) -> tuple[Finding, ...]:
    """The handlers' folder is a package, so its name must be one that Python can import."""
    name = handlers.name
    if name.isidentifier() and name not in {package_name(contract), "rtgen_runtime"}:
        return ()
    message = f"handlers can't be imported from a folder called `{name}`"
    hint = "Give the option `handlers` a path that ends in a plain name, such as `handlers`."
    return (error("handlers-folder", message, contract.span or file_start(contract.source), hint),)


TARGET = Target(
    name="python",
    summary="A WebSocket server and client on asyncio",
    generate=generate,
    options=(
        Option("handlers", str, "handlers", "folder of your handlers, relative to the project"),
        Option("models", str, "msgspec", "What handlers are given.", ("msgspec", "pydantic")),
        Option("versions", str, RELEASED, "older versions to serve: `released`, `none`, or a list", pattern=PATTERN),
    ),
)
