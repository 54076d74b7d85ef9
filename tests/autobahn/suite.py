"""The Autobahn test suite, which only a CPython 2.7 runs: installed into a folder of its own, run as a process."""

import asyncio
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from autobahn.judging import Run

_FIRST: Final = ("setuptools==44.0.0", "incremental==16.10.1", "wheel==0.36.2")
_SECOND: Final = (
    *("cryptography==3.3.2", "pyOpenSSL==19.1.0", "Twisted==19.10.0", "zope.interface==4.6.0", "txaio==2.1.0"),
    *("autobahn==0.10.9", "six==1.16.0", "klein==17.10.0", "Werkzeug==1.0.1", "jinja2==2.11.3", "markupsafe==1.1.1"),
    *("service_identity==18.1.0", "unittest2==1.1.0"),
)
_SUITE: Final = ("--no-deps", "autobahntestsuite==25.10.1")
_RUN: Final = "from autobahntestsuite.wstest import run; run()"


def install(python: str, folder: Path) -> None:
    """Once; the packages have to come in this order."""
    if (folder / "autobahntestsuite").is_dir():
        return
    for packages in (_FIRST, _SECOND, _SUITE):
        command = [python, "-m", "pip", "install", "-q", "--target", str(folder)]
        subprocess.run([*command, *packages], check=True, env=_environment(folder))
    (folder / "zope" / "__init__.py").touch()


async def run(
    python: str, folder: Path, out: Path, agent: str, port: int, *, asked: Run
) -> Mapping[str, Mapping[str, Any]]:
    """The run's cases against a port of this machine: an agent's part of the index file.

    Raises:
        RuntimeError: The suite wrote no such part.
    """
    spec = {
        "options": {"failByDrop": False},
        "outdir": str(out),
        "servers": [{"agent": agent, "url": f"ws://127.0.0.1:{port}", "options": {"version": 18}}],
        "cases": list(asked.cases),
        "exclude-cases": list(asked.excluded),
        "exclude-agent-cases": {},
    }
    given, index = _prepared(out, spec)
    process = await asyncio.create_subprocess_exec(
        *(python, "-c", _RUN, "-m", "fuzzingclient", "-s", str(given)), cwd=out, env=_environment(folder)
    )
    await process.wait()
    cases = json.loads(index.read_text(encoding="utf-8")).get(agent) if index.exists() else None
    if not cases:
        raise RuntimeError(f"the suite wrote nothing about {agent}")
    return dict(cases)


def _prepared(out: Path, spec: Mapping[str, Any]) -> tuple[Path, Path]:
    """The file that says what to do, and the one that will say what came of it."""
    out.mkdir(parents=True, exist_ok=True)
    given, index = out / "fuzzingclient.json", out / "index.json"
    given.write_text(json.dumps(spec), encoding="utf-8")
    index.unlink(missing_ok=True)
    return given, index


def _environment(folder: Path) -> dict[str, str]:
    """For that process only: these packages break every Python 3."""
    return {**os.environ, "PYTHONPATH": str(folder)}
