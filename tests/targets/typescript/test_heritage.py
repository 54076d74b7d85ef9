"""How what a type is made of is broken over lines: asked of Prettier itself, at 120 columns."""

import shutil
import subprocess
from pathlib import Path

from rtgen.targets.typescript.heritage import Applied, extending, intersection

WEB = Path(__file__).resolve().parents[2] / "web"
PRETTIER = WEB / "node_modules" / "prettier" / "bin" / "prettier.cjs"


def bases(width: int, recorded: int, *, presence: bool) -> list[Applied]:
    """A handle's bases, with names of some width and so many recorded events."""
    events = tuple(f'"event{"x" * width}{number}"' for number in range(recorded))
    return [
        Applied("Channel", (f"Doc{'u' * width}Events", f"Doc{'u' * width}Requests")),
        *([Applied("Recording", events, " | ")] if recorded else []),
        *([Applied("Present", (f"Person{'n' * width}",))] if presence else []),
    ]


def test_prettier_changes_nothing(tmp_path: Path) -> None:
    made = [
        bases(width, recorded, presence=presence)
        for width in (1, 8, 20, 30, 50)
        for recorded in (0, 1, 2, 4, 12)
        for presence in (False, True)
    ]
    interfaces = [
        f"{extending(f'export interface Handle{n}', each)}\n  a(): void;\n}}\n" for n, each in enumerate(made)
    ]
    aliases = [f"{intersection(f'export type Alias{n} =', each)}\n" for n, each in enumerate(made)]
    (tmp_path / "handles.ts").write_text("".join([*interfaces, *aliases]), encoding="utf-8")
    node = shutil.which("node")
    assert node is not None
    done = subprocess.run(
        [node, str(PRETTIER), "--print-width", "120", "handles.ts"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == (tmp_path / "handles.ts").read_text(encoding="utf-8")
