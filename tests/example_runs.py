"""Starts the examples as their documentation does, and plays their pages in a browser."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def program(*names: str) -> str:
    folders = os.pathsep.join([str(ROOT / ".venv/bin"), os.environ["PATH"]])
    found = next((path for name in names if (path := shutil.which(name, path=folders))), None)
    assert found is not None, f"none of {', '.join(names)} is here: run `make setup`"
    return found


def environment(example: str) -> dict[str, str]:
    """As the Makefile has it."""
    paths = ("generated/shared/python", f"examples/{example}", "examples/chat")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(ROOT / each) for each in paths)}


def played(example: str, package: str) -> str:
    """What `--once` says, when all of it happened."""
    command = [sys.executable, "-m", package, "--once"]
    run = subprocess.run(command, env=environment(example), capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "FAIL" not in run.stdout
    return run.stdout


@contextmanager
def served(example: str, package: str, *options: str) -> Iterator[str]:
    """The address of its page, built and served."""
    command = [sys.executable, "-m", package, "--port", "0", *options]
    with subprocess.Popen(command, env=environment(example), stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield next(word for line in server.stdout for word in line.split() if word.startswith("http://"))
        finally:
            server.kill()


def driven(script: str, url: str, screenshot: str) -> dict[str, Any]:
    """What a script of `tests/web/panels` saw in Chromium."""
    picture = ROOT / "artifacts" / screenshot
    picture.parent.mkdir(exist_ok=True)
    chromium = program("chromium", "chromium-browser", "google-chrome")
    drive = [program("node"), str(ROOT / "tests/web/panels" / script), chromium, url, str(picture)]
    run = subprocess.run(drive, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found
