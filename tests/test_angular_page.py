"""`docs/angular.md`: its files compile in a project that `rtgen init` made, by Angular's compiler, templates too.

`make typescript-versions` does the same with Angular 20.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "angular.md").read_text(encoding="utf-8")
WEB = ROOT / "tests" / "web"
PACKAGES = {"22": WEB / "node_modules", "20": WEB / "versions" / "node_modules"}
WHOLE = os.environ.get("VERSIONS") == "all"
BIN = Path(sys.executable).parent
RUNTIME = ROOT / "templates" / "angular" / "runtime" / "angular"

# What `ng new` writes into tsconfig.json, and all of TypeScript's strictness.
SETTINGS = {
    "extends": str(WEB / "tsconfig.base.json"),
    "compilerOptions": {
        "declaration": False,
        "isolatedDeclarations": False,
        "experimentalDecorators": True,
        "noPropertyAccessFromIndexSignature": True,
        "module": "preserve",
    },
    "angularCompilerOptions": {
        "strictTemplates": True,
        "strictInjectionParameters": True,
        "strictInputAccessModifiers": True,
    },
    "include": ["web/src/**/*.ts"],
}


def passes(*command: str | Path, cwd: Path, **environment: str) -> None:
    done = subprocess.run(
        [str(each) for each in command],
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
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


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("angular") / "hello"
    passes(BIN / "rtgen", "init", folder, cwd=folder.parent)
    settings = folder / "rtgen.yaml"
    text = settings.read_text(encoding="utf-8")
    asked = text.replace("# angular: { out: web/src/realtime }", "angular: { out: web/src/realtime }")
    assert asked != text
    settings.write_text(asked, encoding="utf-8")
    blocks = re.findall(r"^```\w+ (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == len(re.findall(r"^```(?:ts|python|yaml)", PAGE, re.MULTILINE)) == 13
    for path, code in blocks:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(merged(place, code) if path.startswith("specs/") else code, encoding="utf-8")
    passes(BIN / "rtgen", "generate", cwd=folder)
    return folder


def test_its_server_makes_an_app(project: Path) -> None:
    server = project / "server"
    passes(sys.executable, "-c", "import handlers; handlers.create_app()", cwd=server, PYTHONPATH="generated:.")


@pytest.mark.parametrize("version", ["22", "20"] if WHOLE else ["22"])
def test_its_files_compile_and_wrong_names_do_not(project: Path, version: str) -> None:
    """What the page promises of wrong names holds, in templates too; one program, so that all else is right."""
    app = project / "web/src/app/app.ts"
    wrong = app.read_text(encoding="utf-8").replace("each.payload.text", "each.payload.txt")
    app.with_stem("wrong").write_text(wrong.replace("{ name: name.value }", "{ nam: name.value }"), encoding="utf-8")
    done = compiled(project, PACKAGES[version])
    output = re.sub(r"\x1b\[\d+m", "", done.stdout + done.stderr)
    told = [line for line in output.splitlines() if re.search(r"\bTS-?[0-9]+: ", line)]
    assert [line for line in told if not line.startswith("web/src/app/wrong.ts")] == [], told
    for word in ("txt", "nam"):
        assert any(re.search(rf"'\W*{word}\W*'", line) for line in told), output


def compiled(project: Path, packages: Path) -> subprocess.CompletedProcess[str]:
    """What Angular's compiler says of the project."""
    link = project / "node_modules"
    link.unlink(missing_ok=True)
    link.symlink_to(packages)
    (project / "tsconfig.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    compiler = packages / "@angular/compiler-cli/bundles/src/bin/ngc.js"
    command = ["node", str(compiler), "-p", str(project), "--pretty", "false"]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_it_has_an_example_of_each_function() -> None:
    index = (RUNTIME / "index.ts").read_text(encoding="utf-8")
    generated = (ROOT / "templates" / "angular" / "angular.ts.jinja").read_text(encoding="utf-8")
    passed_on = re.findall(r"^  (inject\w+|observableOf),$", generated.split("export {")[1], re.MULTILINE)
    assert set(passed_on) > {"injectEvent", "observableOf"}
    for name in {each for each in passed_on if each in index}:
        assert len(re.findall(rf"\b{name}\(", PAGE)) >= 2, name
