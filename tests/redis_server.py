"""A Redis server of a test's own: on a free port, in a folder of its own, stopped by the id of its process."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hiredis import Reader, ReplyError, pack_command


def free_port() -> int:
    """One that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@dataclass(slots=True)
class RedisServer:
    """One process; started again it has the same port and the same files."""

    folder: Path
    options: tuple[str, ...] = ()
    port: int = 0
    _process: "subprocess.Popen[str] | None" = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self, *more: str) -> None:
        """Until it takes connections."""
        self.port = self.port or free_port()
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        command += ["--dir", str(self.folder), "--enable-debug-command", "local", *self.options, *more]
        self.run(command, "Ready to accept connections")

    def run(self, command: list[str], ready: str) -> None:
        """A command that says a word when it is ready."""
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=self.folder)
        assert self._process.stdout is not None
        said = ""
        for line in self._process.stdout:
            said += line
            if ready in line:
                return
        raise AssertionError(f"it did not start: {said}")

    def ask(self, *words: Any) -> Any:
        """What an operator would type."""
        packed: Any = pack_command
        parser = Reader()
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as wire:
            wire.sendall(packed(words))
            while (reply := parser.gets()) is False:
                data = wire.recv(65536)
                assert data, "no answer"
                parser.feed(data)
        return str(reply).encode() if isinstance(reply, ReplyError) else reply

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP and SIGCONT, say."""
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> None:
        """At once, and it is gone when this returns."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[RedisServer]:
    """Running, and stopped in the end."""
    server = RedisServer(folder, options)
    server.start()
    try:
        yield server
    finally:
        server.stop()
