"""A project as it lives on: an event comes, its handler is added, the event goes, and the server still starts."""

import os
import subprocess
import sys
from pathlib import Path

RTGEN = Path(sys.executable).parent / "rtgen"
EVENT = (
    "      shouted: { description: Loud., from: client, "
    "payload: { type: object, properties: { text: { type: string, maxLength: 9 } } } }\n"
)


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(each) for each in command],
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_an_event_comes_and_goes(tmp_path: Path) -> None:
    run(RTGEN, "init", ".", cwd=tmp_path)
    spec, handlers = tmp_path / "specs" / "hello.yaml", tmp_path / "server" / "handlers" / "room.py"
    before = spec.read_text(encoding="utf-8")
    run(RTGEN, "generate", cwd=tmp_path)
    mine = handlers.read_text(encoding="utf-8").replace(
        'raise NotImplementedError("room.greet")', "return NotImplemented"
    )
    handlers.write_text(mine, encoding="utf-8")

    spec.write_text(before.replace("      greeted:\n", f"{EVENT}      greeted:\n"), encoding="utf-8")
    assert "added RoomHandler.shouted" in run(RTGEN, "generate", cwd=tmp_path)
    after = handlers.read_text(encoding="utf-8")
    assert after.startswith(mine), "not a line of the user's is touched"
    assert "async def shouted" in after[len(mine) :]

    spec.write_text(before, encoding="utf-8")
    assert "`shouted` handles nothing" in run(RTGEN, "generate", cwd=tmp_path)
    assert handlers.read_text(encoding="utf-8") == after, "what the user has is reported, not removed"
    start = "import handlers; handlers.create_app()"
    run(sys.executable, "-c", start, cwd=tmp_path, PYTHONPATH="server/generated:server")
