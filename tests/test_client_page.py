"""`docs/client.md`: its snippets are type-checked against the chat's generated client, and it names every option."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from compilers import TSC

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "client.md").read_text(encoding="utf-8")
RUNTIME = ROOT / "templates" / "typescript" / "runtime"


def test_its_snippets_are_typed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "generated" / "chat" / "typescript", tmp_path, dirs_exist_ok=True)
    blocks = re.findall(r"^```ts (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == len(re.findall(r"^```ts", PAGE, re.MULTILINE)) == 7
    for name, code in blocks:
        (tmp_path / name).write_text(code, encoding="utf-8")
    settings = {
        "extends": str(ROOT / "tests" / "web" / "tsconfig.base.json"),
        "compilerOptions": {"isolatedDeclarations": False, "declaration": False},
        "include": ["*.ts", "chat/*.ts"],
    }
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = subprocess.run(["node", str(TSC), "-p", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_names_every_option_and_every_rejection() -> None:
    options = (RUNTIME / "options.ts").read_text(encoding="utf-8").split("export interface ClientOptions")[1]
    for option in re.findall(r"^  readonly (\w+)\??:", options, re.MULTILINE):
        assert f"`{option}`" in PAGE, option
    errors = (RUNTIME / "errors.ts").read_text(encoding="utf-8")
    for name in re.findall(r"^export class (\w+Error)", errors, re.MULTILINE):
        assert f"`{name}`" in PAGE or name in {"RealtimeError", "JoinRefusedError"}, name
