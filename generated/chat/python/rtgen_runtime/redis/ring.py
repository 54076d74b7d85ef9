"""Several independent Redis servers: which of them has an address.

Rendezvous hashing (Thaler and Ravishankar, 1996): the server whose hash with the address is highest has it, so that one
server more or less moves only its own share. What moves begins a new epoch, which tells the members.
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

from rtgen_runtime.redis.shard import Shard


class Ring:
    """One or more, in the order in which they were named; names count, order does not."""

    def __init__(self, shards: Sequence[Shard]) -> None:
        self.shards = tuple(shards)
        self._find = lru_cache(maxsize=10_000)(self._found)

    @property
    def first(self) -> Shard:
        """That for what is about no address."""
        return self.shards[0]

    def of(self, name: str) -> Shard:
        """The one that has an address, or an owner of requests."""
        if len(self.shards) == 1:
            return self.shards[0]
        return self._find(name)

    def _found(self, name: str) -> Shard:
        def weight(shard: Shard) -> bytes:
            text = f"{shard.target.name}\n{name}".encode()
            return blake2b(text, digest_size=8).digest()

        return max(self.shards, key=weight)
