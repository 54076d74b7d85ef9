"""The client in a worker of Chromium's: no document, no window, the same conversation."""

import json
import subprocess
from pathlib import Path

import pytest
from browsers.chromium import Chromium
from browsers.pages import more, page_served
from browsers.served import WatchedServer
from example_runs import ROOT

pytestmark = [more, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A page that shows nothing, and the worker built beside it."""
    page = tmp_path / "page"
    page.mkdir()
    (page / "index.html").write_text("<!doctype html><link rel=icon href=data:,>", encoding="utf-8")
    esbuild = ROOT / "tests/web/node_modules/.bin/esbuild"
    options = ["--bundle", "--splitting", "--format=esm", f"--outdir={page}", "--log-level=warning"]
    subprocess.run([esbuild, ROOT / "tests/web/browsers/worker.ts", *options], check=True)
    return page


async def test_it_joins_sends_hears_and_comes_back(
    chromium: Chromium, folder: Path, servers: Path, tmp_path: Path
) -> None:
    tab = await chromium.tab()
    with page_served(folder) as url:
        async with WatchedServer(servers / "plain", tmp_path / "kept.db") as server:
            await tab.goto(url)
            await tab.evaluate(
                "globalThis.heard = [], globalThis.worker = new BroadcastChannel('page'),"
                " worker.onmessage = ({ data }) => heard.push(data),"
                f" new Worker({json.dumps(f'worker.js?ws={server.url}')}, {{ type: 'module' }}), null"
            )
            await tab.until("heard.join() === 'joined'")
            await tab.evaluate("worker.postMessage({ say: 'from a worker' })")
            await tab.until("heard.join() === 'joined,from a worker'")
            await server.kill()
            await server.start()
            await server.until(lambda: len(server.of("joined")) == 2)
            await tab.evaluate("worker.postMessage({ say: 'still here' })")
            await tab.until("heard.join() === 'joined,from a worker,still here'")
            assert (await tab.complaints())["errors"] == []
    await tab.close()
