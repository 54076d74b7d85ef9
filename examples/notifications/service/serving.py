"""Serves the application with uvicorn until it is stopped."""

import tempfile
from pathlib import Path

import uvicorn

from service.application import build_application
from service.page import build_page


def serve(port: int, folder: Path, *, with_page: bool = True) -> None:
    """Serve on the given port, 0 for a free one; what is kept lies in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as page:
        if with_page:
            build_page(Path(page))
        application = build_application(folder, Path(page))
        config = uvicorn.Config(application, port=port, log_level="warning", ws_ping_interval=None)
        _Server(config).run()


class _Server(uvicorn.Server):
    """Says where it listens, in a line that programs can read, too."""

    def _log_started_message(self, listeners: object) -> None:
        sockets = [each for server in self.servers for each in server.sockets]
        print(f"Open  http://127.0.0.1:{sockets[0].getsockname()[1]}/", flush=True)
