"""Every folder with an `expect/` is a case: what all targets make of its `contract.yaml`, byte for byte.

An `options.json` beside it holds options by target, `.released/` older versions. The runtime is not part of it (it is
copied, and tested where it stands). What is expected is also type-checked, linted and imported, together with the
runtime.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from compilers import TSC

from rtgen import api
from rtgen.files import FileKind
from rtgen.source.span import file_start

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
WEB = ROOT / "tests" / "web"
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))
CASES = sorted(path.parent for path in HERE.glob("*/expect"))
TARGETS = ("python", "typescript", "react", "vue", "angular")


@dataclass(frozen=True, slots=True)
class Made:
    """What a case became: text by path, and which paths are copies of the runtime."""

    contract: str
    files: dict[str, str]
    runtime: frozenset[str]

    def write(self, folder: Path) -> None:
        for path, text in self.files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="\n")


def make(case: Path) -> Made:
    contract = api.load_contract(case / "contract.yaml", case)
    settings = case / "options.json"
    options = json.loads(settings.read_text(encoding="utf-8")) if settings.exists() else {}
    options["typescript"] = {"extension": ".js", **options.get("typescript", {})}  # as the runtime in templates/ has it
    places = [api.Place(target, target, options.get(target, {}), file_start("test"), {}) for target in TARGETS]
    older = sorted((case / ".released").glob("*.yaml"), reverse=True)
    released = {contract.name: [api.load_contract(each) for each in older]}
    generated, findings = api.generate([contract], places, released=released)
    assert findings == ()
    files = {f"{each.out}/{file.path}": file for each in generated for file in each.files}
    copied = frozenset(path for path, file in files.items() if file.kind is FileKind.RUNTIME)
    return Made(contract.name, {path: file.text for path, file in files.items()}, copied)


def rewrite(folder: Path, wanted: dict[str, str]) -> None:
    shutil.rmtree(folder)
    for path, text in wanted.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")


def passes(*command: str | Path, cwd: Path, **environment: str) -> None:
    done = subprocess.run(
        [str(each) for each in command],
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_contract_becomes_exactly_these_files(case: Path) -> None:
    made = make(case)
    wanted = {path: text for path, text in made.files.items() if path not in made.runtime}
    expect = case / "expect"
    if UPDATE:
        rewrite(expect, wanted)
    found = {
        path.relative_to(expect).as_posix(): path.read_text("utf-8") for path in expect.rglob("*") if path.is_file()
    }
    assert sorted(found) == sorted(wanted)
    for path, text in wanted.items():
        assert found[path] == text, f"{path} differs; `make golden` rewrites it, then read the diff"
    assert make(case) == made, "the same contract gave other bytes"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_python_is_typed_linted_and_imports(case: Path, tmp_path: Path) -> None:
    made = make(case)
    made.write(tmp_path)
    out = tmp_path / "python"
    package = made.contract.replace("-", "_")
    passes(sys.executable, "-m", "mypy", "--strict", "--no-incremental", "-p", package, "-p", "handlers", cwd=out)
    passes(sys.executable, "-m", "ruff", "check", "--isolated", package, "handlers", cwd=out)
    passes(sys.executable, "-m", "ruff", "format", "--isolated", "--check", package, "handlers", cwd=out)
    passes(sys.executable, "-W", "error", "-c", "import handlers; handlers.create_app()", cwd=out, PYTHONPATH=str(out))


def test_the_typescript_is_typed(tmp_path: Path) -> None:
    for case in CASES:
        make(case).write(tmp_path / case.name)
    modules = WEB / "node_modules"
    settings = {
        "extends": str(WEB / "tsconfig.base.json"),
        "compilerOptions": {"paths": {"*": [str(modules / "@types" / "*"), str(modules / "*")]}},
        "include": ["*/typescript/**/*.ts", "*/react/**/*.ts", "*/vue/**/*.ts", "*/angular/**/*.ts"],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    passes("node", TSC, "-p", tmp_path, cwd=tmp_path)


def test_the_typescript_is_formatted(tmp_path: Path) -> None:
    folders = [case / "expect" for case in CASES]
    prettier = WEB / "node_modules" / "prettier" / "bin" / "prettier.cjs"
    passes("node", prettier, "--print-width", "120", "--check", *(f"{each}/**/*.ts" for each in folders), cwd=tmp_path)
