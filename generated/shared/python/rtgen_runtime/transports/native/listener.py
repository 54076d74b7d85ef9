"""What all sockets of one listening server share."""

import asyncio
from dataclasses import dataclass, field

from rtgen_runtime.app import App
from rtgen_runtime.origins import Origins
from rtgen_runtime.transports.half_open import HalfOpen
from rtgen_runtime.transports.native.deflating import deflater
from rtgen_runtime.transports.native.framing import Framer
from rtgen_runtime.transports.native.patience import Abortable, Patience


@dataclass(slots=True)
class Listener:
    """One listening server's. A message may have `limit` bytes; `patience` is in seconds, as in `listen`."""

    app: App
    origins: Origins
    patience: float
    limit: int
    half_open: HalfOpen
    openings: Patience = field(init=False)
    """Those that are no WebSocket yet."""
    sockets: dict[Abortable, None] = field(default_factory=dict)
    """All that are there, WebSockets or not yet; smaller than a set of so many."""
    _framers: dict[tuple[str | None, int | None], Framer] = field(default_factory=dict)
    _empty: asyncio.Event = field(default_factory=asyncio.Event)
    _ending: bool = False

    def __post_init__(self) -> None:
        self.openings = Patience(self.patience, self.app.clock, self.app.wheel)

    def framer(self, subprotocol: str | None, window: int | None) -> Framer:
        """The one for all clients that speak it, and that agreed on such a compression."""
        key = subprotocol, window
        framer = self._framers.get(key)
        if framer is None:
            deflate = None if window is None else deflater(window)
            framer = self._framers[key] = Framer(subprotocol, deflate)
        return framer

    def leave(self, socket: Abortable) -> None:
        """A socket is closed."""
        self.sockets.pop(socket, None)
        if self._ending and not self.sockets:
            self._empty.set()

    async def ended(self) -> None:
        """Wait for the sockets that are left; who is not gone in time is reset."""
        self._ending = True
        if not self.sockets:
            return
        try:
            async with asyncio.timeout(self.patience):
                await self._empty.wait()
        except TimeoutError:
            for each in tuple(self.sockets):
                each.abort()
            await self._empty.wait()
