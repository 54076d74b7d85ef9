"""The page that browsers open: built once, with React as developers have it, and served on this machine."""

import functools
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from example_runs import ROOT, program

ARTIFACTS = ROOT / "artifacts"
"""Where screenshots go, to be looked at; git ignores it."""

PANELS = ("React", "Vue", "Angular")

EVERY = os.environ.get("BROWSERS") == "all"
"""`make browsers` plays all of them; what takes long, or is tried elsewhere too, is left to it."""
more = pytest.mark.skipif(not EVERY, reason="played by `make browsers`")


def build(folder: Path, environment: str = "development") -> None:
    """The proof's page. StrictMode mounts twice in development only."""
    command = [program("node"), str(ROOT / "examples/chat/web/build.mjs"), "--out", str(folder)]
    command += ["--page", str(ROOT / "tests/web/browsers")]
    given = {**os.environ, "NODE_ENV": environment}
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=given)
    assert run.returncode == 0, run.stdout + run.stderr


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def page_served(folder: Path) -> Iterator[str]:
    """The URL of a folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
