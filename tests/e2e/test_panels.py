"""The chat's page in a real browser, on the real server: React, Vue and Angular in one room."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from browsers.pages import PANELS, page_served
from example_runs import ROOT, program

GREETINGS = [f"Hello from {name}" for name in PANELS]
SCREENSHOT = ROOT / "artifacts" / "panels.png"


@contextmanager
def chat_served() -> Iterator[str]:
    command = [sys.executable, "-u", "-m", "chat", "--host", "127.0.0.1", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT / "generated/chat/python", stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            yield next(word.rstrip(".") for word in line.split() if word.startswith("ws://"))
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    build = [program("node"), str(ROOT / "examples/chat/web/build.mjs"), "--out", str(folder)]
    run = subprocess.run(build, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stderr == "", "the build warns"
    return folder


def test_three_frameworks_talk_in_one_room(page: Path) -> None:
    SCREENSHOT.parent.mkdir(exist_ok=True)
    with chat_served() as chat, page_served(page) as address:
        url = address + "?" + urlencode({"ws": chat})
        chromium = program("chromium", "chromium-browser", "google-chrome")
        drive = [program("node"), str(ROOT / "tests/web/panels/drive.ts"), chromium, url, str(SCREENSHOT)]
        run = subprocess.run(drive, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)

    assert seen["status"] == dict.fromkeys(PANELS, "ready, joined")
    for name in PANELS:
        assert seen["typing"][name] == {other: f"{name} is typing …" for other in PANELS if other != name}
        assert seen["heard"][name] == GREETINGS
        assert seen["refused"][name].startswith("body "), "the field that is wrong is named"
        assert "(minLength)" in seen["refused"][name]
        assert seen["afterwards"][name] == [*GREETINGS, "Still here"], "an invalid message reached nobody"
    assert seen["muted"].startswith("You may not post here until ")
    assert seen["complaints"] == []
