"""The code of docs/identity.md belongs to a generated contract, is typed, and makes an app."""

import re
import subprocess
import sys
from pathlib import Path

from generated_chat import generated, write

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "tests" / "golden" / "generated_identity" / "contract.yaml"


def test_its_code_is_typed_and_makes_an_app(tmp_path: Path) -> None:
    write(generated(SPEC), tmp_path)
    text = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python (\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    for path, code in blocks:
        (tmp_path / path).write_text(code, encoding="utf-8")
    passes(tmp_path, "-m", "mypy", "--strict", "-p", "club", "-p", "handlers")
    passes(tmp_path, "-c", "import handlers, handlers.tickets; handlers.create_app().gate.check()")


def test_it_names_every_option() -> None:
    text = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")
    source = (ROOT / "templates/python/runtime/rtgen_runtime/jwt/options.py").read_text(encoding="utf-8")
    for option, variable in re.findall(r'^    \("([a-z-]+)", "(\w+)"', source, re.MULTILINE):
        assert f"`--{option} " in text
        assert f"`{variable}`" in text


def passes(folder: Path, *arguments: str) -> None:
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
