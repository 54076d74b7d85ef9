"""Builds the projects as users would: a copy, the code generated into it, packages by lock file, and its build."""

import asyncio
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from example_runs import ROOT, program
from integrations.scene import PICTURES, SceneError, Stage

PROJECTS = ROOT / "tests" / "integrations" / "projects"
SPEC = ROOT / "specs" / "chat.yaml"
SILENT = {"CI": "1", "NEXT_TELEMETRY_DISABLED": "1", "NG_CLI_ANALYTICS": "false", "NUXT_TELEMETRY_DISABLED": "1"}
"""Nothing here asks, and nothing is told to anybody."""

_INSTALLED = "node_modules"
_STAMP = ".installed"


def copied(project: str, place: Path) -> Path:
    """A project's files as they are committed, its contract beside them, in a folder of its own below `place`.

    Packages that are installed there stay; everything else goes.
    """
    folder = place / project
    folder.mkdir(parents=True, exist_ok=True)
    for each in folder.iterdir():
        if each.name != _INSTALLED:
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    shutil.copytree(PROJECTS / project, folder, dirs_exist_ok=True)
    shutil.copy(SPEC, folder)
    shutil.copytree(PROJECTS / "scripts", place / "scripts", dirs_exist_ok=True)
    return folder


def built(project: str, place: Path) -> Path:
    """A project, generated, installed and built.

    Raises:
        SceneError: A step of that went wrong; with what it wrote.
    """
    folder = copied(project, place)
    run([sys.executable, "-m", "rtgen", "generate"], folder)
    lock = folder / "package-lock.json"
    if lock.exists():
        _install(folder, hashlib.sha256(lock.read_bytes()).hexdigest())
    if "build" in json.loads((folder / "package.json").read_text(encoding="utf-8")).get("scripts", {}):
        run([program("npm"), "run", "build"], folder)
    return folder


def _install(folder: Path, lock: str) -> None:
    """By the lock file; not again where its packages are here.

    Not `npm ci`: it refuses a lock file without optional packages of other systems, which registries have later.
    """
    stamp = folder / _INSTALLED / _STAMP
    if stamp.exists() and stamp.read_text(encoding="utf-8") == lock:
        return
    run([program("npm"), "install", "--no-fund", "--no-audit", "--loglevel=error"], folder)
    stamp.write_text(lock, encoding="utf-8")


def run(command: list[str], folder: Path) -> str:
    """What a command prints.

    Raises:
        SceneError: It ended with an error.
    """
    given = {**os.environ, **SILENT}
    done = subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SceneError(f"{Path(command[0]).name} {' '.join(command[1:])}\n{done.stdout}{done.stderr}")
    return done.stdout


def version(folder: Path, package: str) -> str:
    """The version of an installed package."""
    text = (folder / _INSTALLED / package / "package.json").read_text(encoding="utf-8")
    return str(json.loads(text)["version"])


def page_command(address: str, on: Stage, room: str) -> list[str]:
    """What plays a page in Chromium; the page is told where the server is, and which room to join."""
    chromium = program("chromium", "chromium-browser", "google-chrome")
    url = f"{address}?{urlencode({'ws': on.relay.url, 'room': room})}"
    return [
        program("node"),
        str(ROOT / "tests/web/panels/integration.ts"),
        chromium,
        url,
        str(PICTURES / f"{room}.png"),
    ]


@asynccontextmanager
async def served(command: list[str], ready: str, folder: Path) -> AsyncIterator[str]:
    """The address of a server that runs meanwhile, from when it says that it is ready.

    Raises:
        SceneError: It ended without saying so.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = {**os.environ, **SILENT, "HOST": "127.0.0.1", "PORT": str(port)}
    pipe = asyncio.subprocess.PIPE
    server = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=given, stdout=pipe, stderr=asyncio.subprocess.STDOUT, start_new_session=True
    )
    assert server.stdout is not None
    try:
        said = b""
        while ready.encode() not in said:
            line = await server.stdout.readline()
            if not line:
                raise SceneError(f"the server ended: {said.decode(errors='replace')}")
            said += line
        yield f"http://127.0.0.1:{port}/"
    finally:
        # Servers have children, which would live on.
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        await server.wait()
