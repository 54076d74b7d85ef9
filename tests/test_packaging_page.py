"""`docs/packaging.md`: its snippets are typed, its settings are settings, its table has the versions of lock files."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from compilers import TSC
from integrations.cases import CASES, Case
from integrations.workshop import PROJECTS, copied

from rtgen.api import Place, generate, load_contract
from rtgen.config import read_config
from rtgen.source.loader import load_bytes
from rtgen.source.span import file_start

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "packaging.md").read_text(encoding="utf-8")
MODULES = ROOT / "tests" / "web" / "node_modules"
HERE = file_start("test")

WS = """\
type Handler<E> = ((event: E & { target: WebSocket }) => void) | null;
export declare class WebSocket {
  constructor(address: string | URL, protocols?: string | string[], options?: { readonly headers?: object });
  onopen: Handler<{ type: string }>;
  onmessage: Handler<{ type: string; data: string | ArrayBuffer | Uint8Array[] }>;
  onclose: Handler<{ wasClean: boolean; code: number; reason: string }>;
  onerror: Handler<{ error: unknown; message: string }>;
  send(data: string | ArrayBuffer, cb?: (error?: Error) => void): void;
  close(code?: number, data?: string | ArrayBuffer): void;
}
"""
"""As `ws` is typed: event types of its own, and more parameters."""


def test_its_snippets_are_typed(tmp_path: Path) -> None:
    places = [Place(each, "realtime", {}, HERE, {}) for each in ("typescript", "react")]
    generated, findings = generate([load_contract(ROOT / "specs" / "chat.yaml")], places)
    assert findings == ()
    texts = {f"realtime/{file.path}": file.text for each in generated for file in each.files}
    texts |= dict(re.findall(r"^```tsx? (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
    assert {"Chat.tsx", "node20.ts"} <= set(texts)
    for name, text in {**texts, "ws.d.ts": WS}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    settings = {
        "extends": str(ROOT / "tests" / "web" / "tsconfig.base.json"),
        "compilerOptions": {
            "declaration": False,
            "isolatedDeclarations": False,
            "jsx": "react-jsx",
            "paths": {"ws": ["./ws.d.ts"], "*": [f"{MODULES}/@types/*", f"{MODULES}/*"]},
        },
        "include": ["*.ts", "*.tsx"],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = subprocess.run(["node", str(TSC), "-p", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_settings_are_settings() -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    for text in blocks:
        loaded = read_config(load_bytes(f"specs: [chat.yaml]\n{text}".encode(), "rtgen.yaml", Path("rtgen.yaml")))
        assert loaded.findings == ()


@pytest.mark.parametrize("case", [each for each in CASES if each.packages], ids=lambda case: case.project)
def test_its_versions_are_those_of_the_lock_files(case: Case) -> None:
    lock = json.loads((PROJECTS / case.project / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {case.name} |"))
    for package in case.packages:
        assert f"{package} {lock[f'node_modules/{package}']['version']}" in row


def test_lock_files_name_no_registry() -> None:
    locks = sorted(PROJECTS.glob("*/package-lock.json"))
    assert locks
    for path in locks:
        packages = json.loads(path.read_text(encoding="utf-8"))["packages"].values()
        assert all("resolved" not in each or each.get("link") for each in packages), path


@pytest.mark.parametrize("project", ["node", "package"])
def test_lock_files_know_packages_as_they_are_generated(project: str, tmp_path: Path) -> None:
    folder = copied(project, tmp_path)
    subprocess.run([sys.executable, "-m", "rtgen", "generate"], cwd=folder, check=True, capture_output=True)
    package = json.loads((folder / "client" / "package.json").read_text(encoding="utf-8"))
    locked = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]["client"]
    for key in ("name", "version", "peerDependencies", "devDependencies"):
        assert locked.get(key) == package.get(key), f"{key}: `npm install --package-lock-only` in a copy writes it anew"
