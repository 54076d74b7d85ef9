"""Follows a page as written, in a folder and an environment of its own, and opens what comes of it in Chromium."""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from browsers.chromium import Chromium, ChromiumTab
from example_runs import ROOT
from walks.page import MISTAKES, SERVER_PORT, WrittenPage

ARTIFACTS = ROOT / "artifacts" / "walks"
"""Screenshots, to be looked at; git ignores it."""

SILENT = {"CI": "1", "NO_COLOR": "1", "NG_CLI_ANALYTICS": "false"}


class WalkError(Exception):
    """A step did not do what the page says."""


@dataclass(frozen=True, slots=True)
class Project:
    """What the newcomer has made so far."""

    page: WrittenPage
    folder: Path
    environment: dict[str, str]
    ports: tuple[tuple[str, str], ...]
    """Ports as written, and those of this walk: several may be walked at once."""

    def here(self, text: str) -> str:
        """With the ports of this walk."""
        for theirs, ours in self.ports:
            text = text.replace(f":{theirs}", f":{ours}").replace(f"--port {theirs}", f"--port {ours}")
        return text


def made(page: WrittenPage, place: Path) -> Project:
    """All steps before the servers start.

    Raises:
        WalkError: One of them ended with an error.
    """
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    _shell(f"{sys.executable} -m venv venv", place, dict(os.environ))
    paths = os.pathsep.join([str(place / "venv/bin"), str(ROOT / ".venv/bin"), os.environ["PATH"]])
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    environment = {**kept, **SILENT, "PATH": paths}
    front_end = page.address.rpartition(":")[2]
    project = Project(page, place / "hello", environment, tuple((each, _free()) for each in (SERVER_PORT, front_end)))
    # Not from where packages are published: what is walked is this checkout.
    _shell(page.install.replace("'rtgen[server]'", f"'{ROOT}[server]'"), place, environment)
    _configure(project)
    _shell("rtgen generate", project.folder, environment)
    return project


def _configure(project: Project) -> None:
    page = project.page
    settings = project.folder / "rtgen.yaml"
    text = settings.read_text(encoding="utf-8")
    if text.count(f"# {page.target}") != 1:
        raise WalkError(f"rtgen.yaml has no comment {page.target!r}:\n{text}")
    settings.write_text(text.replace(f"# {page.target}", page.target), encoding="utf-8")
    for path, code in page.files:
        place = project.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(project.here(code), encoding="utf-8")


async def seen(project: Project, browser: Chromium) -> None:
    """Both servers run, and two windows show what the page says they do.

    Raises:
        WalkError: They show something else.
    """
    server, front_end = (project.here(each) for each in project.page.serve)
    port = project.ports[1][1]
    front_end = front_end.replace(")", f" -- --port {port})")
    async with _running(server, "ws://", project), _running(front_end, "Local:", project):
        tabs = [await browser.tab() for _ in range(2)]
        for tab in tabs:
            await tab.follow_sockets()
        try:
            await _greetings(tabs, project.here(project.page.address))
            await tabs[-1].shot(ARTIFACTS / f"{project.page.name}.png")
        except (RuntimeError, WalkError) as error:
            raise WalkError(f"{error}\n{await _told(tabs)}") from error
        finally:
            for tab in tabs:
                await tab.close()


async def _greetings(tabs: list[ChromiumTab], address: str) -> None:
    one, other = tabs
    for tab in tabs:
        await tab.goto(address)
    await _greet(one, "Ada")
    for tab in tabs:
        await _shows(tab, ["Hello, Ada!"])
    await _greet(other, "Grumpy")
    await other.until("document.querySelector('[role=alert]')?.textContent.includes('tooShy')")
    await _greet(other, "Bob")
    for tab in tabs:
        await _shows(tab, ["Hello, Ada!", "Hello, Bob!"])
    await one.goto(address)
    await _shows(one, ["Hello, Ada!", "Hello, Bob!"])
    for tab in tabs:
        complaints = await tab.complaints()
        if complaints["errors"] or complaints["console"]:
            raise WalkError("the page complains")


async def _greet(tab: ChromiumTab, name: str) -> None:
    await tab.fill("input", name)
    await tab.press("button")


async def _shows(tab: ChromiumTab, greetings: list[str]) -> None:
    listed = "[...document.querySelectorAll('li')].map(each => each.textContent.trim()).join()"
    await tab.until(f"{listed} === {','.join(greetings)!r}")


async def _told(tabs: list[ChromiumTab]) -> str:
    """What went on in the windows, for who wonders."""
    lines: list[str] = []
    for tab in tabs:
        lines += [f"{tab.name} shows: {await tab.evaluate('document.body?.innerText')}"]
        lines += [f"  {kind}: {each}" for kind, said in (await tab.complaints()).items() for each in said]
        lines += [f"  {each}" for each in await tab.sockets()]
    return "\n".join(lines)


def judged(project: Project) -> None:
    """The build is silent about what is right, and names the line of each mistake.

    Raises:
        WalkError: It does otherwise.
    """
    web = project.folder / "web"
    _shell("npm run build", web, project.environment)
    for right, wrong in MISTAKES[project.page.name]:
        files = [path for path, code in project.page.files if right in code and path.startswith("web/")]
        place = project.folder / files[0]
        text = place.read_text(encoding="utf-8")
        line = text[: text.index(right)].count("\n") + 1
        place.write_text(text.replace(right, wrong), encoding="utf-8")
        said = _fails("npm run build", web, project.environment)
        place.write_text(text, encoding="utf-8")
        if not re.search(rf"{re.escape(place.name)}\D+{line}\D", said):
            raise WalkError(f"{wrong} in line {line} of {place.name} is not pointed out:\n{said}")


def _shell(script: str, folder: Path, environment: dict[str, str]) -> None:
    done = _run(script, folder, environment)
    if done.returncode != 0:
        raise WalkError(f"{script.strip()}\n{done.stdout}")


def _fails(script: str, folder: Path, environment: dict[str, str]) -> str:
    done = _run(script, folder, environment)
    if done.returncode == 0:
        raise WalkError(f"{script} has nothing against a mistake")
    return done.stdout


def _run(script: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-euc", script]
    pipe = subprocess.PIPE
    return subprocess.run(
        command, cwd=folder, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True, check=False
    )


@asynccontextmanager
async def _running(script: str, ready: str, project: Project) -> AsyncIterator[None]:
    """A terminal in which something runs, from when it says that it is ready.

    Raises:
        WalkError: It ended without saying so; with what it wrote.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *("bash", "-euc", script),
        cwd=project.folder,
        env=project.environment,
        stdout=pipe,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    try:
        while not said or ready not in said[-1]:
            line = (await process.stdout.readline()).decode(errors="replace")
            if not line:
                raise WalkError(f"{script}\n{''.join(said)}")
            said.append(line)
        reading = asyncio.create_task(process.stdout.read())  # so that it never waits for a reader
        try:
            yield
        finally:
            reading.cancel()
    finally:
        # Servers have children, which would live on.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        await process.wait()


def _free() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])
