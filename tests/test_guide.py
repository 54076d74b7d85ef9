"""The guide's code, written into the files it names, compiles in a project that `rtgen init` made."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from compilers import TSC

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "tests" / "web"
BIN = Path(sys.executable).parent


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


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guide") / "hello"
    passes(BIN / "rtgen", "init", folder, cwd=folder.parent)
    settings = folder / "rtgen.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("  # ", "  "), encoding="utf-8")
    text = settings.read_text(encoding="utf-8").replace("  Hooks import", "  # Hooks import")
    settings.write_text(text, encoding="utf-8")
    passes(BIN / "rtgen", "generate", cwd=folder)
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w+ (\S+)\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 6
    for path, code in blocks:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(code, encoding="utf-8")
    return folder


def test_the_python_is_typed_and_makes_an_app(project: Path) -> None:
    server = project / "server"
    passes(sys.executable, "-m", "mypy", "--strict", "-p", "hello", "-p", "handlers", cwd=server, MYPYPATH="generated")
    passes(sys.executable, "-c", "import handlers; handlers.create_app()", cwd=server, PYTHONPATH="generated:.")


def test_the_typescript_is_typed(project: Path) -> None:
    modules = WEB / "node_modules"
    settings = {
        "extends": str(WEB / "tsconfig.base.json"),
        "compilerOptions": {
            "jsx": "react-jsx",
            "declaration": False,
            "isolatedDeclarations": False,
            "experimentalDecorators": True,
            "paths": {"*": [str(modules / "@types" / "*"), str(modules / "*")]},
        },
        "include": ["web/src"],
    }
    (project / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    passes("node", TSC, "-p", project, cwd=project)
