"""The option `package: true`: a `package.json` and a `tsconfig.json`, so that the client can be built and published.

The package is ESM only and free of side effects. What it exports is built (`npm run build` → `dist`); the sources go
along, for debuggers and for *go to definition*.
"""

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from rtgen.contract.model import Contract
from rtgen.files import File
from rtgen.source.finding import Finding, error
from rtgen.source.span import file_start
from rtgen.targets.specifiers import extension_of
from rtgen.targets.target import TargetRequest

NAME_PATTERN = r"(?=.{1,150}\Z)(?:@[a-z0-9~-][a-z0-9._~-]*/)?(?:[a-z0-9~-]|\{contract\})(?:[a-z0-9._~-]|\{contract\})*"
"""What npm takes as a package's name, with `{contract}` for the contract's."""

_OUT = "dist"


@dataclass(frozen=True, slots=True)
class _Framework:
    """What hooks import: which versions users may have, and what compiling takes."""

    peers: Mapping[str, str]
    builds: Mapping[str, str]


_ANGULAR = {"@angular/common": ">=20", "@angular/core": ">=20", "rxjs": "^7.4.0"}
_FRAMEWORKS = {
    "angular": _Framework(_ANGULAR, _ANGULAR),
    "react": _Framework({"react": ">=18"}, {"@types/react": ">=18", "react": ">=18"}),
    "vue": _Framework({"vue": ">=3.5"}, {"vue": ">=3.5"}),
}


def package_findings(request: TargetRequest) -> Iterator[Finding]:
    """What can't be built into a package, and what is said of one that is not asked for."""
    contract = request.contract
    span = contract.span or file_start(contract.source)
    if not request.options["package"]:
        if request.options.get("name"):
            message = "`name` of the target `typescript` names a package, and none is written"
            yield error("config", message, span, "Say `package: true`, too, or leave `name` out.")
        return
    if extension_of(request) == "none":
        message = "a package's modules import each other by whole names, so `extension` can't be `none`"
        yield error("config", message, span, "Leave `extension` out of the target `typescript`.")
    if contract.name == _OUT:
        message = f"the contract is called `{_OUT}`, as the folder that its package is built to"
        yield error("typescript-name", message, span, "Rename it, or leave `package` out.")


def package_files(request: TargetRequest, modules: Iterable[File]) -> tuple[File, ...]:
    """The package's description and how it is built, for these modules and the hooks generated among them."""
    hooks = dict(_hooks(request))
    sources = _client_sources(request.contract, modules) | {f"./{name}": path for name, path in hooks.items()}
    folders = sorted({path.parts[0] for path in sources.values()})
    package = _description(request, sources, folders, [_FRAMEWORKS[name] for name in hooks])
    return (
        File(PurePosixPath("package.json"), _json(package)),
        File(PurePosixPath("tsconfig.json"), _settings(_compiling(extension_of(request), folders))),
    )


def _client_sources(contract: Contract, modules: Iterable[File]) -> dict[str, PurePosixPath]:
    """What the client has to export, as `exports` calls it."""
    folder = PurePosixPath(contract.name)
    fakes = folder / "testing.ts"
    made = {each.path for each in modules}
    return {
        ".": folder / "index.ts",
        "./runtime": PurePosixPath("runtime/index.ts"),
        "./testing": fakes if fakes in made else PurePosixPath("runtime/testing.ts"),
        "./types": folder / "types.ts",
        "./validators": folder / "validators.ts",
    }


def _hooks(request: TargetRequest) -> Iterator[tuple[str, PurePosixPath]]:
    """The hook modules that are generated into this package: those whose `out` is this one's, or below it."""
    for target in _FRAMEWORKS:
        if target not in request.sibling_options:
            continue
        place = PurePosixPath(posixpath.normpath(request.siblings[target]))
        if place.parts[:1] != ("..",):
            yield target, place / request.contract.name / f"{target}.ts"


def _description(
    request: TargetRequest,
    sources: Mapping[str, PurePosixPath],
    folders: Iterable[str],
    frameworks: Iterable[_Framework],
) -> dict[str, object]:
    contract = request.contract
    name = request.text_option("name")
    peers, builds = _dependencies(frameworks)
    described = {"description": contract.title} if contract.title else {}
    # Only who gave it a name means to publish it.
    private = {} if name else {"private": True}
    needed = {"peerDependencies": peers, "peerDependenciesMeta": {each: {"optional": True} for each in peers}}
    return {
        "name": name.replace("{contract}", contract.name) or f"{contract.name}-client",
        "version": contract.version,
        **described,
        **private,
        "type": "module",
        "sideEffects": False,
        "exports": {**_exports(sources), "./package.json": "./package.json"},
        "files": [_OUT, *folders],
        "scripts": {"build": "tsc", "prepack": "tsc"},
        **(needed if peers else {}),
        "devDependencies": builds,
    }


def _exports(sources: Mapping[str, PurePosixPath]) -> dict[str, object]:
    """Where modules are built to. Tools take the first entry that they understand, so types come first."""
    built = {name: f"./{_OUT}/{path.with_suffix('')}" for name, path in sources.items()}
    return {name: {"types": f"{path}.d.ts", "default": f"{path}.js"} for name, path in built.items()}


def _dependencies(frameworks: Iterable[_Framework]) -> tuple[dict[str, str], dict[str, str]]:
    """What users must have, and what building takes, sorted by name."""
    peers: dict[str, str] = {}
    builds = {"typescript": ">=5.9"}
    for each in frameworks:
        peers.update(each.peers)
        builds.update(each.builds)
    return dict(sorted(peers.items())), dict(sorted(builds.items()))


def _compiling(extension: str, folders: Iterable[str]) -> dict[str, object]:
    """Settings of the compiler. They hold for these folders only, whatever the project around them asks."""
    rewriting = {"rewriteRelativeImportExtensions": True} if extension == ".ts" else {}
    options = {
        "target": "es2022",
        "lib": ["es2022", "dom", "dom.iterable"],
        "module": "nodenext",
        "types": [],
        "strict": True,
        "verbatimModuleSyntax": True,
        **rewriting,
        "declaration": True,
        "declarationMap": True,
        "sourceMap": True,
        "rootDir": ".",
        "outDir": _OUT,
        "skipLibCheck": True,
    }
    return {"compilerOptions": options, "include": [f"{each}/**/*.ts" for each in folders]}


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _settings(value: object) -> str:
    """JSON with lists of words on one line, as Prettier prints it in a `tsconfig.json`."""
    return re.sub(r"\[[^][{}]*\]", lambda found: "[" + ", ".join(re.findall(r'"[^"]*"', found[0])) + "]", _json(value))
