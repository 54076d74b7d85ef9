"""Serves the demo's page: three panels, three frameworks, one room."""

import asyncio
import functools
import shutil
import tempfile
import threading
import webbrowser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

from handlers import create_app
from rtgen_runtime import listen

BUILD = Path(__file__).resolve().parent.parent / "web" / "build.mjs"


class _Quiet(SimpleHTTPRequestHandler):
    """Files from one folder, without a line a request."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


async def serve(port: int, *, open_browser: bool) -> None:
    """Build the page, start the chat and the page's server, and wait to be interrupted."""
    node = shutil.which("node")
    if node is None:
        raise SystemExit("node is not on the PATH; `make demo` puts it there")
    with tempfile.TemporaryDirectory() as folder:
        print("Building the page …", flush=True)
        process = await asyncio.create_subprocess_exec(node, str(BUILD), "--out", folder)
        if await process.wait() != 0:
            raise SystemExit("the page could not be built")
        files = _file_server(port, folder)
        threading.Thread(target=files.serve_forever, daemon=True).start()
        try:
            async with listen(create_app()) as server:
                url = f"http://127.0.0.1:{files.server_address[1]}/?{urlencode({'ws': server.url})}"
                print(f"The chat listens on {server.url}.\n\nOpen  {url}\n\nCtrl-C stops it.", flush=True)
                if open_browser:
                    webbrowser.open(url)
                await asyncio.Event().wait()
        finally:
            files.shutdown()


def _file_server(port: int, folder: str) -> ThreadingHTTPServer:
    """Serves a folder on the given port, or on a free one where that is taken."""
    handler = functools.partial(_Quiet, directory=folder)
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError:
        print(f"Port {port} is taken; using a free one.", flush=True)
        return ThreadingHTTPServer(("127.0.0.1", 0), handler)
