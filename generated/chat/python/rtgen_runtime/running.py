"""A server as a process: it serves until a signal ends it, and reads its files anew when told to.

SIGTERM drains: clients move elsewhere, then the process ends with code 0. SIGINT, and a second SIGTERM, hurry. SIGHUP
reads again what stands in files: keys, tokens, origins. docs/operations.md says it all.
"""

import asyncio
import contextlib
import logging
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from rtgen_runtime.app import App
from rtgen_runtime.doors import NoDescriptors
from rtgen_runtime.errors import RealtimeError
from rtgen_runtime.garbage import seldom_searched
from rtgen_runtime.origins import Origins
from rtgen_runtime.transports.listening import Listening
from rtgen_runtime.transports.serving import Transport, listen

Reload = Callable[[], None]
"""Reads a file again. What it raises is logged, and what was read before stays."""

_logger: Final = logging.getLogger("rtgen")


@contextlib.contextmanager
def ending_early() -> Iterator[None]:
    """While nothing is served yet, SIGTERM ends the process with code 0: there is nobody to tell."""

    def end(_number: int, _frame: object) -> None:
        sys.exit(0)

    try:
        before = signal.signal(signal.SIGTERM, end)
    except ValueError:  # not the main thread: signals don't come here
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Running:
    """One server process. `began` is told where it listens; `window` is the drain's, in seconds."""

    def __init__(
        self,
        app: App,
        began: Callable[[Listening], None],
        *,
        window: float | None = None,
        reloads: Sequence[Reload] = (),
        transport: Transport | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._app = app
        self._began = began
        self._window = window
        self._reloads = reloads
        self._transport = transport
        self._tls = tls
        self._asked = asyncio.Event()
        self._hurried = False
        self._shut: Callable[[], None] = lambda: None
        self._draining: set[asyncio.Task[None]] = set()

    async def run(
        self,
        host: str,
        port: int,
        origins: Origins,
        sockets: Sequence[socket.socket] = (),
    ) -> None:
        """Serve until a signal has ended it; on `sockets`, if there are some that are bound already.

        Raises:
            OSError: It can't listen there.
        """
        asyncio.get_running_loop().set_exception_handler(NoDescriptors())
        with self._signals():
            async with listen(
                self._app,
                host,
                port,
                origins=origins,
                transport=self._transport,
                tls=self._tls,
                sockets=sockets,
            ) as listening:
                self._shut = listening.shut
                self._began(listening)
                with seldom_searched():
                    await self._asked.wait()
                await self._app.drain(0.0 if self._hurried else self._window)

    def retire(self) -> None:
        """Another process takes over: accept nobody any more, and drain."""
        self._shut()
        self._asked.set()

    def hurry(self) -> None:
        """End now, or sooner than was said before."""
        self._hurried = True
        if self._asked.is_set():
            work = asyncio.get_running_loop().create_task(self._app.drain(0.0))
            self._draining.add(work)
        self._asked.set()

    def _terminate(self) -> None:
        if self._asked.is_set():
            self.hurry()
        else:
            _logger.info("draining; another SIGTERM ends the waiting")
            self._asked.set()

    def _reload(self) -> None:
        for reload in self._reloads:
            try:
                reload()
            except (RealtimeError, OSError, ValueError) as problem:
                _logger.log(logging.ERROR, "not read again: %s", problem)
        _logger.info("files were read again")

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        taken = {"SIGTERM": self._terminate, "SIGINT": self.hurry}
        numbers: list[signal.Signals] = []
        for name, does in {**taken, "SIGHUP": self._reload}.items():
            with contextlib.suppress(NotImplementedError, AttributeError, ValueError):
                # Windows: Ctrl-C ends the process by itself
                number = getattr(signal, name)
                loop.add_signal_handler(number, does)
                numbers.append(number)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)
