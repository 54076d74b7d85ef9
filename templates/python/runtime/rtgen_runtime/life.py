"""From the first client to the last: who may come in, how the server empties, and whether its event loop is alive."""

import asyncio
from collections.abc import Callable, Collection
from random import SystemRandom
from typing import Final

from rtgen_runtime.doors import Doors, Refusal, room_for_connections
from rtgen_runtime.draining import Draining, Leaver
from rtgen_runtime.health import Impaired
from rtgen_runtime.lag import LoopWatch
from rtgen_runtime.lifetime import FOR_EVER, Lifetime
from rtgen_runtime.settings import Settings
from rtgen_runtime.turns import Turns

_random: Final = SystemRandom()


class Life:
    """One process's. `connections` are those that are in; `flush` delivers what waits to be sent together."""

    def __init__(
        self,
        settings: Settings,
        connections: Collection[Leaver],
        flush: Callable[[], None],
    ) -> None:
        most = settings.most_connections
        self.doors = Doors(
            room_for_connections() if most is None else most,
            Turns(settings.accept_rate),
        )
        self.reads = Turns(settings.join_rate)
        """Of joins that have to read what is kept."""
        self.watch = LoopWatch(settings.lag_warning, names_culprits=settings.debug)
        self.loop: asyncio.AbstractEventLoop | None = None
        """The loop that serves; `None` before anything does."""
        self.impaired: Callable[[], Impaired | None] = lambda: None
        """Whether something is away that this server needs; who joins others sets it."""
        self._settings = settings
        self._connections = connections
        self._flush = flush
        self._draining = Draining(lambda: connections, flush)
        self._stopped = False

    @property
    def is_new(self) -> bool:
        """Whether nothing has served yet."""
        return self.loop is None and not self._stopped

    @property
    def is_draining(self) -> bool:
        """Whether clients have been asked to go elsewhere."""
        return self._draining.has_begun

    def begin(self) -> None:
        """Something serves from now on, on the running loop; also after an end."""
        if self._stopped:
            self._stopped = self.doors.closed = False
            self._draining = Draining(lambda: self._connections, self._flush)
        self.loop = asyncio.get_running_loop()
        self.watch.start()

    def end(self) -> None:
        """Nothing serves any more."""
        self.loop = None
        self._stopped = self.doors.closed = True
        self.watch.stop()

    def refusal(self, now: float) -> Refusal | None:
        """Note a newcomer; why it can't come in, `None` if it can."""
        return self.doors.refusal(len(self._connections), now)

    def lifetime(self, now: float) -> Lifetime:
        """How old a connection may get that begins now."""
        known = self._settings
        if known.connection_age is None:
            return FOR_EVER
        chance = _random.random()
        return Lifetime.of(now, known.connection_age, known.drain_window, chance)

    def left(self) -> None:
        """A connection has ended."""
        self._draining.left()

    async def drain(self, within: float | None = None) -> None:
        """See `App.drain`."""
        self.doors.closed = True
        window = self._settings.drain_window if within is None else within
        await self._draining.run(window)

    def why_not_ready(self) -> str:
        """Why new clients should go elsewhere; empty when they are welcome."""
        if self._stopped:
            return "stopping"
        if self._draining.has_begun:
            return "draining"
        return "" if self.doors.is_open(len(self._connections)) else "full"
