"""The scene of `make integrations`, where it is quick: a page of esbuild's in Chromium, and Node on the sources."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from browsers.pages import page_served
from example_runs import ROOT, program
from integrations.scene import SAID, Seen, play, stage
from integrations.workshop import copied, page_command

ESBUILD = ROOT / "tests/web/node_modules/.bin/esbuild"


def generated(project: str, place: Path) -> Path:
    folder = copied(project, place)
    subprocess.run([sys.executable, "-m", "rtgen", "generate"], cwd=folder, check=True, capture_output=True)
    return folder


def judge(seen: Seen) -> None:
    assert list(seen.heard) == SAID, "everything, once and in order"
    assert list(seen.complaints) == []
    assert seen.connections == 2, "one before the cut, one after it"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = generated("esbuild", tmp_path)
    built = ["src/main.ts", "--bundle", "--splitting", "--format=esm", "--outdir=dist", "--log-level=warning"]
    done = subprocess.run([str(ESBUILD), *built], cwd=folder, check=True, capture_output=True, text=True)
    assert done.stderr == "", "the build warns"
    shutil.copy(folder / "src/index.html", folder / "dist")
    return folder / "dist"


async def test_a_page_built_by_esbuild_joins_sends_receives_and_comes_back(page: Path) -> None:
    async with stage() as on:
        with page_served(page) as address:
            judge(await play(page_command(address, on, "quick"), on, "quick", page))


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return generated("node-sources", tmp_path)


async def test_node_runs_the_sources(script: Path) -> None:
    async with stage() as on:
        judge(await play([program("node"), "main.ts", on.relay.url, "quick"], on, "quick", script))
