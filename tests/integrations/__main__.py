"""`make integrations`: plays every case, a line each, and writes the table into `docs/packaging.md`."""

import argparse
import asyncio
import re
import sys
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from browsers.pages import page_served
from example_runs import ROOT, program
from integrations.cases import CASES, Case, Page, Script, Server, Tools
from integrations.scene import SAID, SceneError, Seen, Stage, play, stage
from integrations.workshop import built, page_command, run, served, version

PLACE = ROOT / ".cache" / "integrations"
DOCS = ROOT / "docs" / "packaging.md"
TABLE = re.compile(r"(?<=<!-- what was tried -->\n).*?(?=<!-- end -->)", re.DOTALL)
PLAYED = "joined, sent, received, reconnected"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a case; `wrong` is empty where nothing was."""

    case: Case
    versions: str
    seen: str
    wrong: str
    seconds: float

    @property
    def line(self) -> str:
        """For whoever watches."""
        outcome = f"{self.seen} ({self.seconds:.0f} s)" if not self.wrong else self.wrong
        return f"{'FAIL' if self.wrong else 'ok  '}  {self.case.name}: {self.versions}; {self.case.code}; {outcome}"


def main() -> int:
    """Status 1 when a case went wrong. The table is written when all were tried."""
    reader = argparse.ArgumentParser(prog="integrations")
    reader.add_argument("--only", help="projects to try, by their folders' names, with commas between")
    only = reader.parse_args().only
    wanted = only.split(",") if only else sorted({each.project for each in CASES})
    results = []
    for case in CASES:
        if case.project in wanted:
            results.append(tried(case))
            print(results[-1].line, flush=True)
    failed = any(each.wrong for each in results)
    if not only and not failed:
        DOCS.write_text(TABLE.sub(lambda _: table(results), DOCS.read_text(encoding="utf-8")), encoding="utf-8")
    return 1 if failed or not results else 0


def tried(case: Case) -> Result:
    """A case from its copy to its end."""
    began = time.monotonic()
    versions = wrong = seen = ""
    try:
        folder = built(case.project, PLACE)
        versions = ", ".join(_versions(case, folder))
        seen = asyncio.run(_shown(case, folder))
    except (SceneError, OSError) as error:
        wrong = str(error)
    return Result(case, versions, seen, wrong, time.monotonic() - began)


def _versions(case: Case, folder: Path) -> Iterable[str]:
    if case.asks:
        yield f"{run(_command(case.asks), folder).strip()}"
    for package in case.packages:
        yield f"{package} {version(folder, package)}"


def _command(words: Iterable[str]) -> list[str]:
    """Programs that every checkout has are found in its environment first."""
    first, *rest = words
    return [program(first) if "/" not in first else first, *rest]


async def _shown(case: Case, folder: Path) -> str:
    match case.way:
        case Tools(commands, seen):
            for command in commands:
                await asyncio.to_thread(run, _command(command), folder)
            return seen
        case Script(command):
            async with stage() as on:
                _judge(await play([*_command(command), on.relay.url, case.project], on, case.project, folder))
            return PLAYED
        case Page(files):
            with page_served(folder / files) as address:
                async with stage() as on:
                    _judge(await play(page_command(address, on, case.project), on, case.project, folder))
            return PLAYED
        case Server(command, ready):
            async with stage() as on, served(_command(command), ready, folder) as address:
                page = page_command(address, on, case.project)
                await _rendered(page, on)
                _judge(await play(page, on, case.project, folder))
            return f"rendered on the server without connecting; {PLAYED}"


def _judge(seen: Seen) -> None:
    if list(seen.heard) != SAID:
        raise SceneError(f"heard {seen.heard}")
    if seen.complaints:
        raise SceneError(f"the page complains: {'; '.join(seen.complaints)}")
    if seen.connections != 2:
        raise SceneError(f"connected {seen.connections} times, not once before the cut and once after it")


async def _rendered(page: list[str], on: Stage) -> None:
    """The server's markup says how things stand before anything connects, and nothing has."""
    url = next(each for each in page if each.startswith("http://"))
    with await asyncio.to_thread(urllib.request.urlopen, url) as answer:
        text = unescape(re.sub(r"<!--.*?-->", "", answer.read().decode()))
    if "idle, detached" not in text:
        raise SceneError(f"the server rendered no page that is idle:\n{text}")
    if on.relay.connections:
        raise SceneError("rendering connected")


def table(results: Iterable[Result]) -> str:
    """For the page."""
    rows = [f"| {each.case.name} | {each.versions} | {each.case.code} | {each.seen} |" for each in results]
    return "\n".join(["| | versions | generated code as | seen |", "| --- | --- | --- | --- |", *rows]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
