"""The tree of imports, read from syntax trees: who may know whom, and names that say nothing."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "rtgen"

# A room may import itself and what stands here. `files` is the leaf that targets and output share.
MAY_IMPORT: dict[str, set[str]] = {
    "source": set(),
    "schema": {"source"},
    "contract": {"source", "schema"},
    "conversion": {"source", "schema", "contract"},
    "layout": {"source"},
    "checks": {"source", "schema", "contract"},
    "targets": {"source", "schema", "contract", "conversion", "files"},
    "files": set(),
    "stamp": {"source"},
    "output": {"source", "files"},
    "config": {"source", "checks"},
    "api": {"source", "schema", "contract", "conversion", "checks", "targets", "output"}
    | {"files", "config", "layout", "__init__"},
    "versions": {"source", "checks", "contract", "conversion"},
    "cli": {"source", "api", "config", "stamp", "versions", "__init__"},
    "__main__": {"cli"},
    "__init__": set(),
}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "shared"}
# What starts fast: `rtgen --help` must not wait for the compiler.
HEAVY = {"jinja2", "jsonschema", "jsonschema_rs", "datamodel_code_generator", "msgspec", "yaml"}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_templates" not in path.parts)


def imports(path: Path) -> set[str]:
    """Every module a file imports, wherever in it, as dotted names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the tree"
            found.add(node.module or "")
            if node.module == "rtgen":
                found |= {f"rtgen.{alias.name}" for alias in node.names}
    return found


def room(module: str) -> str:
    """`rtgen.source.span` → `source`; names that the package itself holds are of `__init__`."""
    first = module.split(".")[1] if "." in module else "__init__"
    return first if (PACKAGE / first).is_dir() or (PACKAGE / f"{first}.py").is_file() else "__init__"


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_imports_only_what_stands_below_it(path: Path) -> None:
    here = room_of(path)
    allowed = {here, *MAY_IMPORT[here]}
    known = {room(module) for module in imports(path) if module == "rtgen" or module.startswith("rtgen.")}
    # `from rtgen import api` names the package too; `__init__` holds only the version, so it hurts nobody.
    assert known - allowed - {"__init__"} == set()


def test_no_target_imports_another() -> None:
    targets = PACKAGE / "targets"
    folders = {path.name for path in targets.iterdir() if (path / "__init__.py").is_file()}
    for folder in sorted(folders):
        for path in (targets / folder).rglob("*.py"):
            known = {module.split(".")[2] for module in imports(path) if module.startswith("rtgen.targets.")}
            assert known & (folders - {folder}) == set(), path


def test_only_the_cli_prints_exits_and_reads_the_environment() -> None:
    for path in MODULES:
        if room_of(path) in {"cli", "__main__"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name):
                assert node.id not in {"print", "exit", "input"}, path
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"environ", "getenv"}, path


def test_no_module_is_called_after_nothing() -> None:
    names = {path.stem for path in MODULES} | {part for path in MODULES for part in path.relative_to(ROOT).parts[:-1]}
    assert names & FORBIDDEN_NAMES == set()


def test_every_room_is_in_the_list() -> None:
    assert {room_of(path) for path in MODULES} == set(MAY_IMPORT)


def test_files_stay_short() -> None:
    long = {path.name: count for path in MODULES if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400}
    assert long == {}


def test_what_the_command_imports_at_its_start_is_light() -> None:
    seen: set[str] = set()
    rest = ["rtgen.cli.main"]
    while rest:
        module = rest.pop()
        path = PACKAGE.parent / (module.replace(".", "/") + ".py")
        if module in seen or not path.is_file():
            continue
        seen.add(module)
        rest.extend(at_start(path))
    assert "rtgen.cli.main" in seen
    outside = {
        module.split(".")[0] for each in seen for module in at_start(PACKAGE.parent / (each.replace(".", "/") + ".py"))
    }
    assert outside & HEAVY == set()
    assert "rtgen.api" not in seen


def at_start(path: Path) -> set[str]:
    """What a file imports when it is imported: not what its functions import."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_the_wheel_carries_what_init_writes() -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert data["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["rtgen"]
    for name in (
        "starter/rtgen.yaml",
        "starter/specs/hello.yaml",
        "contract/language.schema.json",
        "config.schema.json",
    ):
        assert (PACKAGE / name).is_file()
