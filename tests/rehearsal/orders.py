"""Crowds of the rehearsal: clients of one version in one language each."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from crowds.crowd import NODE, Crowd
from generated_chat import ROOT
from rehearsal.versions import Version

Stands = dict[str, tuple[str, int]]
"""By address, up to where something was published: epoch and offset."""

TYPESCRIPT: Final = ROOT / "tests" / "web" / "rehearsal" / "crowd.ts"


async def come(language: str, version: Version, folder: Path, plan: dict[str, Any]) -> Crowd:
    """Start one, `old python` or `new typescript` and the like; all its members have joined, and some talk."""
    name = f"{version.name} {language}"
    code = folder / version.name
    told = {**plan, "name": name, "code": str(code)}
    told |= {"body": version.body, "more": dict(version.more), "mood": version.mood}
    history = folder / f"{name}.jsonl".replace(" ", "-")
    return await Crowd.come(_command(language), (code, ROOT / "tests", ROOT), told, history)


async def until_acked(crowd: Crowd, count: int) -> None:
    """Wait until so many more messages were acknowledged."""
    wanted = crowd.acked + count
    await crowd.until(lambda stand: bool(stand["acked"] >= wanted))


async def hush(crowd: Crowd) -> Stands:
    """Have it say nothing more; up to where it has published."""
    said = (await crowd.order("hush", "stands"))["stands"]
    return {address: (epoch, offset) for address, (epoch, offset) in said.items()}


async def hear(crowd: Crowd, stands: Stands) -> None:
    """Wait until all of it have heard that."""
    await crowd.order("hear", "heard", stands=stands)


def _command(language: str) -> Sequence[str]:
    if language == "python":
        return [sys.executable, str(Path(__file__).with_name("crowd.py"))]
    return [str(NODE), str(TYPESCRIPT)]
