"""`docs/react.md`, `docs/vue.md`, `docs/recipes.md`: what they say to write compiles, and what they call wrong doesn't.

The first two are followed as written, in a project that `rtgen init` made.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from compilers import TSC

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "tests" / "web"
MODULES = WEB / "node_modules"
BIN = Path(sys.executable).parent
CHECKERS = {"react": TSC, "vue": MODULES / "vue-tsc/bin/vue-tsc.js"}
COUNTS = {"react": 11, "vue": 12}


def page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


def blocks(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^```\w+ (\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    line = [str(each) for each in command]
    return subprocess.run(line, check=False, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True)


def passes(*command: str | Path, cwd: Path, **environment: str) -> None:
    done = run(*command, cwd=cwd, **environment)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


def merged(contract: Path, fragment: str) -> str:
    """The contract with what the page says to merge into it."""
    whole = yaml.safe_load(contract.read_text(encoding="utf-8"))
    merge(whole, yaml.safe_load(fragment))
    return yaml.safe_dump(whole, sort_keys=False)


def compiled(folder: Path, checker: Path, include: list[str]) -> subprocess.CompletedProcess[str]:
    """What a type checker says of a folder, with all of TypeScript's strictness."""
    settings = {
        "extends": str(WEB / "tsconfig.base.json"),
        "compilerOptions": {
            "jsx": "react-jsx",
            "lib": ["es2024", "dom", "dom.iterable"],
            "declaration": False,
            "isolatedDeclarations": False,
        },
        "include": include,
    }
    link = folder / "node_modules"
    link.unlink(missing_ok=True)
    link.symlink_to(MODULES)
    (folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    return run("node", checker, "-p", folder, "--pretty", "false", cwd=folder)


@pytest.fixture(scope="module", params=["react", "vue"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    name: str = request.param
    folder = tmp_path_factory.mktemp(name) / "hello"
    passes(BIN / "rtgen", "init", folder, cwd=folder.parent)
    settings = folder / "rtgen.yaml"
    asked = settings.read_text(encoding="utf-8").replace(f"# {name}: {{ out", f"{name}: {{ out")
    settings.write_text(asked, encoding="utf-8")
    found = blocks(page(name))
    assert len(found) == len(re.findall(r"^```(?:tsx?|vue|python|yaml)", page(name), re.MULTILINE)) == COUNTS[name]
    for path, code in found:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(merged(place, code) if path.startswith("specs/") else code, encoding="utf-8")
    passes(BIN / "rtgen", "generate", cwd=folder)
    return name, folder


def test_the_server_makes_an_app(project: tuple[str, Path]) -> None:
    server = project[1] / "server"
    passes(sys.executable, "-c", "import handlers; handlers.create_app()", cwd=server, PYTHONPATH="generated:.")


def test_the_page_compiles_and_mistakes_do_not(project: tuple[str, Path]) -> None:
    name, folder = project
    app = folder / "web" / "src" / ("App.tsx" if name == "react" else "App.vue")
    right = app.read_text(encoding="utf-8")
    wrong = right.replace("payload.text", "payload.txt").replace("execute({ name })", "execute({ nam: name })")
    app.with_stem("Wrong").write_text(wrong, encoding="utf-8")
    include = ["web/src/**/*.ts", "web/src/**/*.tsx", "web/src/**/*.vue"]
    done = compiled(folder, CHECKERS[name], include)
    # One program for both: what is right has nothing to tell, so that all of it is of the wrong one.
    told = [line for line in done.stdout.splitlines() if " error " in line]
    assert [line for line in told if not line.startswith("web/src/Wrong.")] == [], done.stdout + done.stderr
    assert [word for word in ("'txt'", "'nam'") if not any(word in line for line in told)] == [], done.stdout


@pytest.mark.parametrize("name", ["react", "vue"])
def test_it_has_an_example_of_each_hook(name: str) -> None:
    template = (ROOT / "templates" / name / f"{name}.ts.jinja").read_text(encoding="utf-8")
    passed_on = re.findall(r"use\w+", next(line for line in template.splitlines() if line.startswith("export {")))
    code = "".join(code for _, code in blocks(page(name)))
    assert len(passed_on) == 6
    for each in [*passed_on, "useRoom", "useHelloConnection"]:
        assert re.search(rf"\b{each}\(", code), each


def test_recipes_compile(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "generated" / "chat" / "typescript", tmp_path, dirs_exist_ok=True)
    found = blocks(page("recipes"))
    assert [path for path, _ in found] == ["client.ts", "query.ts", "Messages.tsx", "messages.ts", "observables.ts"]
    for path, code in found:
        (tmp_path / path).write_text(code, encoding="utf-8")
    done = compiled(tmp_path, CHECKERS["react"], ["*.ts", "*.tsx"])
    assert done.returncode == 0, done.stdout + done.stderr
