"""Which TypeScript takes what is generated: 5.9, 6.0 and 7.0 the client, React and Vue; Angular has one of its own.

What is compiled: the runtimes, `generated/`, all that the golden contracts become, and the type tests, whose marked
lines must be errors in each version too. The older and newer compilers and Angular 20 stand in `tests/web/versions`,
with a lock file of their own. `make typescript-versions` runs all; what only repeats other tests is left out of
`make test`.
"""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "tests" / "web"
OTHERS = WEB / "versions"
CLIENT = ("typescript", "react", "vue")
STRICT = ("strict", "exactOptionalPropertyTypes", "noUncheckedIndexedAccess", "isolatedModules", "verbatimModuleSyntax")


@dataclass(frozen=True, slots=True)
class Row:
    """One compiler, and what it is given."""

    version: str
    compiler: Path
    """The folder of the package `typescript`."""
    packages: Path
    """Where frameworks are found."""
    targets: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.version}-{'-'.join(self.targets)}"


ROWS = (
    Row("5.9", OTHERS / "node_modules/typescript", WEB / "node_modules", CLIENT),
    Row("6.0", WEB / "node_modules/typescript", WEB / "node_modules", CLIENT),
    Row("7.0", OTHERS / "node_modules/typescript-7", WEB / "node_modules", CLIENT),
    Row("5.9", OTHERS / "node_modules/typescript", OTHERS / "node_modules", ("typescript", "angular")),
    Row("6.0", WEB / "node_modules/typescript", WEB / "node_modules", ("typescript", "angular")),
)
ANGULAR = {OTHERS: "20.", WEB: "22."}
WHOLE = os.environ.get("VERSIONS") == "all"

# With 6.0 `make types` goes over the same code.
rows = pytest.mark.parametrize("row", [row for row in ROWS if WHOLE or row.version != "6.0"], ids=str)


def sources(row: Row, golden: Path | None) -> list[str]:
    """Globs of what a compiler is given; golden contracts, too, where time does not matter: their own test asks 7.0."""
    places = [f"{ROOT}/generated/*", *([f"{golden}/*"] if golden else [])]
    found = [f"{place}/{target}/**/*.ts" for place in places for target in row.targets]
    found += [f"{ROOT}/templates/{target}/runtime/**/*.ts" for target in row.targets]
    tests = [f"{WEB}/{target}/must-not-compile.ts" for target in row.targets if target != "typescript"]
    return [*found, *tests, f"{WEB}/types/*.ts"]


def compile_with(row: Row, folder: Path, include: list[str]) -> subprocess.CompletedProcess[str]:
    settings = {
        "extends": str(WEB / "tsconfig.base.json"),
        "compilerOptions": {
            "declaration": False,
            "isolatedDeclarations": False,
            "paths": {"*": [f"{row.packages}/@types/*", f"{row.packages}/*"]},
        },
        "include": include,
    }
    (folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = ["node", str(row.compiler / "bin/tsc"), "-p", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@rows
def test_it_compiles(row: Row, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    golden: Path | None = request.getfixturevalue("golden") if WHOLE else None
    done = compile_with(row, tmp_path, sources(row, golden))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_compiler_is_the_version_it_is_called(row: Row) -> None:
    package = json.loads((row.compiler / "package.json").read_text("utf-8"))
    assert package["version"].startswith(f"{row.version}.")
    if "angular" in row.targets:
        core = json.loads((row.packages / "@angular/core/package.json").read_text("utf-8"))
        assert core["version"].startswith(ANGULAR[row.packages.parent])


@pytest.mark.parametrize("row", ROWS[:3], ids=str)
def test_it_would_say_what_is_wrong(row: Row, tmp_path: Path) -> None:
    """Each strict option is on, in each version: a line that only it forbids is refused."""
    settings = json.loads((WEB / "tsconfig.base.json").read_text("utf-8"))["compilerOptions"]
    assert all(settings[option] is True for option in STRICT)
    lines = (
        "export const wrong: { a?: number } = { a: undefined };",
        "export function first(list: number[]): number { return list[0]; }",
        'import { Unused } from "./types.js"; export function take(value: Unused): void { void value; }',
        "export function unknown(value) { return value; }",
    )
    (tmp_path / "types.ts").write_text("export interface Unused { a: number }\n", encoding="utf-8")
    for number, line in enumerate(lines):
        (tmp_path / f"wrong{number}.ts").write_text(line + "\n", encoding="utf-8")
    done = compile_with(row, tmp_path, [f"{tmp_path}/*.ts"])
    assert done.returncode != 0
    for number in range(len(lines)):
        assert f"wrong{number}.ts" in done.stdout, (number, done.stdout)
