"""The chat of `specs/`, generated for a test: its package on the import path, or a folder to run as a program."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

from rtgen.api import load_contract
from rtgen.targets.python.target import TARGET
from rtgen.targets.target import TargetRequest, TargetResult

ROOT = Path(__file__).resolve().parent.parent
CHAT = ROOT / "specs" / "chat.yaml"


def generated(spec: Path = CHAT, handlers: str = "handlers", models: str = "msgspec") -> TargetResult:
    """What the target makes of a contract."""
    options = {"handlers": handlers, "models": models}
    return TARGET.generate(TargetRequest(load_contract(spec, ROOT), "0.0.0", options))


def write(result: TargetResult, folder: Path) -> None:
    """All files of a result."""
    for file in result.files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")


def imported(folder: Path, package: str) -> ModuleType:
    """A generated package, over the runtime as it stands in `templates/`."""
    for name in [each for each in sys.modules if each == package or each.startswith(f"{package}.")]:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(package)
    finally:
        sys.path.remove(str(folder))
