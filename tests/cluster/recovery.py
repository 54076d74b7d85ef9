"""`docs/recovery.md` as somebody follows it: its commands as they are written, by the system's shell."""

import asyncio
import os
import re
import signal
from asyncio.subprocess import PIPE, STDOUT
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from generated_chat import ROOT

PAGE = ROOT / "docs" / "recovery.md"
_FENCE = re.compile(r"^```(\w+)(?: ([\w.]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Block:
    """Commands, and what comes out where the page says it."""

    commands: str
    says: str | None = None

    @property
    def expects_failure(self) -> bool:
        """Whether the last command is there to show that something is down."""
        return self.says is not None and self.says.splitlines()[-1].startswith("Could not connect")


@dataclass(frozen=True, slots=True)
class Page:
    """Its parts by heading, in order; its names, and the settings of Redis."""

    names: dict[str, str]
    settings: str
    parts: dict[str, tuple[Block, ...]]


def written() -> Page:
    """What stands there now."""
    text = PAGE.read_text(encoding="utf-8")
    fences = {found[2]: found[3] for found in _FENCE.finditer(text) if found[2]}
    names = dict(re.findall(r"^(\w+)=(.*?)(?:\s+#.*)?$", fences["names"], re.MULTILINE))
    _, *parts = re.split(r"^##+ (.+)$", text, flags=re.MULTILINE)
    blocks = {heading: _blocks(part) for heading, part in zip(parts[::2], parts[1::2], strict=True)}
    return Page(names, fences["redis.conf"], {name: found for name, found in blocks.items() if found})


def _blocks(part: str) -> tuple[Block, ...]:
    found: list[Block] = []
    for fence in _FENCE.finditer(part):
        kind, name, content = fence.groups()
        if kind == "sh" and not name:
            found.append(Block(content))
        elif kind == "text":
            found[-1] = Block(found[-1].commands, content)
    return tuple(found)


def fits(said: str, expected: str) -> bool:
    """`…` is anything."""
    pattern = ".*?".join(re.escape(each) for each in expected.strip().split("…"))
    return re.fullmatch(pattern, said.strip(), re.DOTALL) is not None


async def _listening(output: asyncio.StreamReader) -> bytes:
    """Up to the line in which a server says where."""
    said = b""
    while line := await output.readline():
        said += line
        if re.search(rb":\d+\s*$", line):
            break
    return said


@dataclass(slots=True)
class Shell:
    """Runs blocks in one folder, with the names that the reader has set."""

    folder: Path
    names: dict[str, str]
    _started: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def run(self, block: Block) -> str:
        """What it says, which is what the page says.

        A command that stays (`&`) is waited for until it says that it listens.
        """
        process = await asyncio.create_subprocess_exec(
            *("sh", "-euc", block.commands),
            cwd=self.folder,
            env={**os.environ, **self.names},
            stdout=PIPE,
            stderr=STDOUT,
            start_new_session=True,
        )
        self._started.append(process)
        assert process.stdout is not None
        async with asyncio.timeout(_WITHIN):
            stays = block.commands.rstrip().endswith("&")
            said = await (_listening(process.stdout) if stays else process.stdout.read())
            status = await process.wait()
        text = said.decode().replace("\r", "")
        assert (status == 0) != block.expects_failure, f"{block.commands}{text}"
        assert block.says is None or fits(text, block.says), f"{block.commands}{text}\nbut the page says:\n{block.says}"
        return text

    async def close(self) -> None:
        """Whatever stayed, and what it still says."""
        for process in self._started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.communicate()
