"""The table of remembered outcomes: what is known of each request, for how long, and how much of it there may be."""

import heapq
from dataclasses import dataclass, field
from typing import Final

from rtgen_runtime.errors import TooManyOutcomes
from rtgen_runtime.stores.interface import Claim, Standing

_ROW: Final = 200
"""Bytes that a row costs beside its outcome."""


@dataclass(frozen=True, slots=True)
class OutcomeLimits:
    """How much may be remembered at a time: requests of one owner, of all, and bytes of all."""

    per_owner: int = 10_000
    total: int = 200_000
    bytes: int = 64 * 1024 * 1024


@dataclass(slots=True)
class _Row:
    digest: bytes
    expires: float
    outcome: bytes = b""
    standing: Standing = Standing.OPEN
    version: str = ""


@dataclass(slots=True)
class OutcomeTable:
    """In memory; times are Unix times. A claim that nobody settles is kept for its window too."""

    limits: OutcomeLimits = field(default_factory=OutcomeLimits)
    version: str = ""
    """Of the contract of what is claimed from now on."""
    _owners: dict[str, dict[str, _Row]] = field(default_factory=dict)
    _expiries: list[tuple[float, str, str]] = field(default_factory=list)
    _count: int = 0
    _held: int = 0

    def __len__(self) -> int:
        return self._count

    def claim(
        self, owner: str, request: str, digest: bytes, expires: float, now: float
    ) -> Claim:
        """Begin a request, unless it was begun before.

        Raises:
            TooManyOutcomes: There is no room for another.
        """
        self.expire(now)
        row = self._owners.get(owner, {}).get(request)
        if row is not None:
            return Claim(row.standing, row.digest, row.outcome, row.version)
        limits = self.limits
        if len(self._owners.get(owner, ())) >= limits.per_owner:
            raise TooManyOutcomes("this client has too many requests remembered")
        if self._count >= limits.total or self._held >= limits.bytes:
            raise TooManyOutcomes("too many requests are remembered")
        self._put(owner, request, _Row(digest, expires, version=self.version))
        return Claim(Standing.NEW)

    def settle(self, owner: str, request: str, outcome: bytes, expires: float) -> None:
        """Remember how it went."""
        row = self._owners.get(owner, {}).get(request)
        if row is None:
            return
        self._held += len(outcome) - len(row.outcome)
        row.outcome, row.expires = outcome, expires
        row.standing = Standing.SETTLED if outcome else Standing.ABANDONED
        heapq.heappush(self._expiries, (expires, owner, request))

    def release(self, owner: str, request: str) -> None:
        """Forget it."""
        rows = self._owners.get(owner)
        row = rows.pop(request, None) if rows is not None else None
        if rows is None or row is None:
            return
        self._count -= 1
        self._held -= len(row.outcome) + _ROW
        if not rows:
            del self._owners[owner]

    def load(
        self,
        owner: str,
        request: str,
        digest: bytes,
        outcome: bytes,
        expires: float,
        *,
        version: str = "",
    ) -> None:
        """What another process left: without an outcome, nobody will ever tell it."""
        standing = Standing.SETTLED if outcome else Standing.ABANDONED
        row = _Row(digest, expires, outcome, standing, version)
        self._put(owner, request, row)

    def expire(self, now: float) -> None:
        """Forget what is over."""
        while self._expiries and self._expiries[0][0] <= now:
            _, owner, request = heapq.heappop(self._expiries)
            row = self._owners.get(owner, {}).get(request)
            if row is None or row.expires > now:
                continue
            if row.standing is Standing.OPEN:  # a handler that takes longer than that
                row.expires = now + 1.0
                heapq.heappush(self._expiries, (row.expires, owner, request))
                continue
            self.release(owner, request)

    def _put(self, owner: str, request: str, row: _Row) -> None:
        self._owners.setdefault(owner, {})[request] = row
        self._count += 1
        self._held += len(row.outcome) + _ROW
        heapq.heappush(self._expiries, (row.expires, owner, request))
