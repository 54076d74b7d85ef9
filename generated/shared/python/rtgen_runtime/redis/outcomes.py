"""Outcomes of requests, for all nodes. A request belongs to the node that has claimed it, while its lease lasts."""

import asyncio
from typing import Final

from rtgen_runtime.errors import StoreUnavailable, TooManyOutcomes
from rtgen_runtime.redis.arriving import LOST
from rtgen_runtime.redis.ring import Ring
from rtgen_runtime.redis.scripts import CLAIM, SETTLE
from rtgen_runtime.redis.wire import Reply
from rtgen_runtime.stores.interface import Claim, Standing
from rtgen_runtime.stores.outcomes import OutcomeLimits

PATIENCE: Final = 4.0
"""Seconds that a request waits for its twin at another node."""

_STANDINGS: Final = {
    b"new": Standing.NEW,
    b"o": Standing.OPEN,
    b"a": Standing.ABANDONED,
    b"s": Standing.SETTLED,
}


class RedisOutcomes:
    """How requests went. Of `limits` the one of an owner counts: what all may take is Redis's `maxmemory`."""

    def __init__(
        self,
        ring: Ring,
        limits: OutcomeLimits | None = None,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._ring = ring
        self._limits = limits or OutcomeLimits()
        self._patience = patience
        self._claims = 0

    async def claim(
        self, owner: str, request: str, digest: bytes, window: float
    ) -> Claim:
        """Begin a request, unless it was begun before. One that runs at another node is waited for."""
        self._claims += 1
        token = f"{self._ring.first.node}-{self._claims}"
        deadline = asyncio.get_running_loop().time() + self._patience
        pause = 0.02
        while True:
            try:
                claim = await self._claim(owner, request, digest, window, token)
            except StoreUnavailable:
                self.release(owner, request)  # it may have been given all the same
                raise
            waits = claim.standing is Standing.OPEN and claim.digest == digest
            if not waits or asyncio.get_running_loop().time() >= deadline:
                return claim
            await asyncio.sleep(pause)
            pause = min(0.25, pause * 2)

    async def remembers(self, owner: str, window: float) -> bool:
        """Whether this Redis has lost nothing for so many seconds."""
        shard = self._ring.of(owner)
        asked = await shard.ask(
            LOST,
            *(shard.names.generation, shard.names.lost),
            *(shard.generation, int(window * 1000)),
        )
        return not asked

    def settle(
        self, owner: str, request: str, outcome: bytes, window: float
    ) -> "asyncio.Future[None]":
        """Remember how it went."""
        return self._end(owner, request, outcome, window, "s" if outcome else "a")

    def release(self, owner: str, request: str) -> "asyncio.Future[None]":
        """Forget it."""
        return self._end(owner, request, b"", 0.0, "r")

    async def _claim(
        self, owner: str, request: str, digest: bytes, window: float, token: str
    ) -> Claim:
        shard = self._ring.of(owner)
        state, known, outcome = await shard.ask(
            CLAIM,
            *(shard.names.outcomes(owner), shard.names.nodes),
            *(request, _marked(digest, shard.version), shard.node, token),
            int(window * 1000),
            *(self._limits.per_owner, shard.commands.until(), shard.now()),
        )
        if state == b"full":
            raise TooManyOutcomes("this client has too many requests remembered")
        before, version = _parted(known.decode())
        return Claim(_STANDINGS[state], before, outcome, version)

    def _end(
        self, owner: str, request: str, outcome: bytes, window: float, state: str
    ) -> "asyncio.Future[None]":
        shard = self._ring.of(owner)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def answered(reply: Reply) -> None:
            if done.done():
                return
            if isinstance(reply, StoreUnavailable):
                done.set_exception(reply)
                done.exception()  # who does not look has been told by the log
            else:
                done.set_result(None)

        shard.run(
            SETTLE,
            answered,
            *(shard.names.outcomes(owner), request, shard.node, outcome),
            *(int(window * 1000), shard.now(), state),
        )
        return done


def _marked(digest: bytes, version: str) -> str:
    """A digest and who made it as hexadecimal digits, which is all that scripts take there."""
    return (bytes((len(digest),)) + digest + version.encode()).hex()


def _parted(marked: str) -> tuple[bytes, str]:
    """Digest and version; both empty for a request that is new."""
    size, rest = bytes.fromhex(marked[:2]), bytes.fromhex(marked[2:])
    length = size[0] if size else 0
    return rest[:length], rest[length:].decode()
