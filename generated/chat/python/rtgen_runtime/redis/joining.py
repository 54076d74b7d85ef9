"""How one process becomes a node: what it keeps is in Redis, and what it says is heard at every other."""

import contextlib
import logging
from collections.abc import Sequence
from functools import partial
from typing import Final

from rtgen_runtime.app import App
from rtgen_runtime.auth.revocation import MemoryRevocations
from rtgen_runtime.declarations import Loss
from rtgen_runtime.errors import CannotOpenStore, StoreUnavailable, UsageError
from rtgen_runtime.redis.broker import RedisBroker
from rtgen_runtime.redis.losses import Losses
from rtgen_runtime.redis.opening import NotUsable
from rtgen_runtime.redis.presence import RedisPresence
from rtgen_runtime.redis.reporting import report
from rtgen_runtime.redis.ring import Ring
from rtgen_runtime.redis.shard import Shard
from rtgen_runtime.redis.store import RedisStore
from rtgen_runtime.redis.target import Target
from rtgen_runtime.redis.watching import Watch
from rtgen_runtime.workers.joining import Heard, spoken_presence

_logger: Final = logging.getLogger("rtgen.redis")


class Node:
    """This process among the others: everything that speaks with Redis."""

    def __init__(
        self, app: App, targets: Sequence[Target], on_loss: Loss | None = None
    ) -> None:
        contract = app.contract
        first = Shard(targets[0], contract.name, contract.version)
        others = [
            Shard(each, contract.name, contract.version, node=first.node)
            for each in targets[1:]
        ]
        self.ring = Ring([first, *others])
        self.watches = [Watch(shard) for shard in self.ring.shards]
        losses = Losses(contract.channels, app.place, on_loss)
        self.broker = RedisBroker(self.ring, app.time.wall, losses)
        self.presence = RedisPresence(self.ring)
        self._app = app
        self._was_up = True

    @property
    def name(self) -> str:
        """As no other node is called."""
        return self.ring.first.node

    @property
    def is_up(self) -> bool:
        """Whether all of Redis can be told and heard."""
        return self.broker.is_up

    async def join(self) -> None:
        """Before anything is served. Stores of presence and revocations that the app was made with stay.

        Raises:
            UsageError: The app was made with a store of its own.
            CannotOpenStore: A Redis can't be used.
        """
        app, broker = self._app, self.broker
        if app.has_store:
            raise UsageError(
                "create_app() gives the app a store already; leave --store out"
            )
        broker.on_deaf = self.presence.forget
        for watch in self.watches:
            watch.on_forgotten = partial(self._forgotten, watch.shard)
            watch.on_loss = partial(self.presence.doubt, watch.shard)
            watch.on_quiet = partial(broker.remember, watch.shard)
            watch.on_dead, watch.on_people = broker.dead, self.presence.compare
            watch.on_change = partial(self._changed, watch)
        try:
            for watch in self.watches:
                await watch.start()
        except NotUsable as problem:
            await self.leave()
            raise CannotOpenStore(str(problem)) from None
        app.use_store(RedisStore(self.watches, self.ring), broker)
        if not app.has_presence:
            app.board.use(spoken_presence(app, self.presence))
            self.presence.on_asked = self._say_again
        app.hub.heard = Heard(app)
        app.hub.on_strange = lambda address: self.ring.of(address).refuse("body")
        app.arrivals.tell = broker.control
        if isinstance(app.revocations, MemoryRevocations):
            app.revocations.tell = broker.revoke
            broker.on_revoked = app.revocations.hear
        for shard in self.ring.shards:
            await broker.read(shard)
        report(app, self.ring, self.watches, broker)
        _logger.info("this is node %s", self.name)

    async def leave(self) -> None:
        """Hang up."""
        for watch in self.watches:
            await watch.close()

    def _forgotten(self, shard: Shard) -> None:
        self.broker.forgotten(shard)
        if not self._app.has_presence:
            self._app.board.show_again(lambda address: self.ring.of(address) is shard)

    def _say_again(self, lost: str) -> None:
        self._app.board.show_again(lambda address: address == lost)

    async def _returned(self, watch: Watch) -> None:
        with contextlib.suppress(StoreUnavailable):
            await self.broker.read(watch.shard)

    def _changed(self, watch: Watch) -> None:
        is_up = self.is_up
        if is_up:
            self.broker.returned()
        if watch.shard.is_up:
            watch.soon(self._returned(watch))
        if is_up is not self._was_up:
            self._was_up = is_up
            if is_up:
                _logger.warning("Redis is back")
                return
            why = watch.shard.commands.why or "nothing is heard"
            words = "Redis is away: %s; until it is back: %s"
            _logger.warning(words, why, self.broker.losses.words)
