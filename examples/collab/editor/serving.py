"""Serves the page and the WebSockets on one port."""

import asyncio
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from handlers import create_app
from rtgen_runtime import listen
from rtgen_runtime.transports.http import HttpRequest, HttpResponse

from editor.tokens import Tokens

WEB: Final = Path(__file__).resolve().parent.parent / "web"
PACKAGES: Final = Path(__file__).resolve().parents[3] / "tests" / "web" / "node_modules"


async def serve(port: int) -> None:
    """Until somebody interrupts it; 0 for a free port."""
    tokens = Tokens()
    app = create_app(auth=tokens.auth)

    def token(request: HttpRequest) -> HttpResponse:
        name = request.headers.get("x-name", "")
        if not 0 < len(name) <= 64:
            return HttpResponse(400, b"who are you?\n")
        return HttpResponse(200, tokens.sign(name).encode())

    def file(body: bytes, kind: str) -> HttpResponse:
        return HttpResponse(200, body, f"{kind}; charset=utf-8")

    script = _bundled()
    app.routes.add("GET", "/", lambda _: file((WEB / "index.html").read_bytes(), "text/html"))
    app.routes.add("GET", "/style.css", lambda _: file((WEB / "style.css").read_bytes(), "text/css"))
    app.routes.add("GET", "/main.js", lambda _: file(script, "text/javascript"))
    app.routes.add("GET", "/token", token)
    async with listen(app, port=port) as listening:
        print(f"Open  http://127.0.0.1:{listening.port}/  in two windows", flush=True)
        await asyncio.Event().wait()


def _bundled() -> bytes:
    """The page's script: esbuild, over this checkout's packages. A project of yours has a bundler of its own.

    Raises:
        SystemExit: The page can't be bundled.
    """
    options = ["--bundle", "--format=esm", "--target=es2024", "--log-level=warning"]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "main.js"
        command = [str(PACKAGES / ".bin" / "esbuild"), str(WEB / "main.ts"), *options, f"--outfile={out}"]
        environment = {**os.environ, "NODE_PATH": str(PACKAGES)}
        if subprocess.run(command, env=environment, check=False).returncode != 0:  # noqa: S603 - our own paths
            raise SystemExit("the page could not be built")
        return out.read_bytes()
