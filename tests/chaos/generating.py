"""The hall's code and handlers, in both languages, and what processes of a play import."""

from pathlib import Path
from typing import Final

from generated_chat import ROOT, generated, write

from rtgen.api import load_contract
from rtgen.targets.target import TargetRequest
from rtgen.targets.typescript.target import TARGET as TYPESCRIPT

HERE: Final = Path(__file__).parent
CONTRACT: Final = HERE / "hall.yaml"


def generate(folder: Path) -> None:
    """Into a folder: `hall` and `handlers` for Python, `web` for TypeScript."""
    write(generated(CONTRACT, "handlers"), folder)
    handlers = folder / "handlers"
    handlers.mkdir(exist_ok=True)
    (handlers / "__init__.py").write_text((HERE / "handlers.txt").read_text("utf-8"), encoding="utf-8")
    options = {each.name: each.default for each in TYPESCRIPT.options} | {"extension": ".ts"}
    write(TYPESCRIPT.generate(TargetRequest(load_contract(CONTRACT, ROOT), "0.0.0", options)), web(folder))
    (folder / "package.json").write_text('{ "type": "module" }\n', encoding="utf-8")


def web(folder: Path) -> Path:
    """Where the TypeScript is."""
    return folder / "web"


def path(folder: Path) -> tuple[Path, ...]:
    """Where Python finds everything."""
    return folder, ROOT / "tests"
