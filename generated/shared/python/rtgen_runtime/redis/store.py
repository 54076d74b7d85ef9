"""The store of a node: everything that outlives connections is in Redis."""

from collections.abc import Sequence

from rtgen_runtime.broker.words import Forms
from rtgen_runtime.declarations import Contract
from rtgen_runtime.redis.history import RedisHistory
from rtgen_runtime.redis.latest import RedisLatest
from rtgen_runtime.redis.messages import Kept
from rtgen_runtime.redis.outcomes import PATIENCE, RedisOutcomes
from rtgen_runtime.redis.ring import Ring
from rtgen_runtime.redis.watching import Watch
from rtgen_runtime.stores.outcomes import OutcomeLimits
from rtgen_runtime.versions.older import Older, meant_for


class RedisStore:
    """All of it."""

    def __init__(
        self,
        watches: Sequence[Watch],
        ring: Ring,
        limits: OutcomeLimits | None = None,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._watches = watches
        self._ring = ring
        self.history = RedisHistory(ring)
        self.latest = RedisLatest(ring)
        self.outcomes = RedisOutcomes(ring, limits, patience=patience)

    def speak(self, version: str) -> None:
        """All that is kept from now on is of this version of the contract."""
        for shard in self._ring.shards:
            shard.version = version

    def translate(self, contract: Contract) -> None:
        """What is kept is kept for nodes of older versions, too; what newer ones have kept is read as this one's."""
        older = Older(contract)

        def forms(tag: str, payload: bytes) -> Forms:
            return older.event(tag, payload) if payload else older.name(tag)

        def own_of(kept: Kept) -> Kept:
            form = meant_for(contract, kept.older)
            if form is None:
                return kept
            return Kept(*form, kept.key, contract.version)

        for each in self.history, self.latest:
            each.older, each.own = forms, own_of

    @property
    def session_key(self) -> bytes:
        """The same for all nodes."""
        return self._ring.first.session_key

    async def close(self) -> None:
        """Send what waits, and hang up."""
        for watch in self._watches:
            await watch.close()
