"""Identities that a test makes up: tokens that only the world's own authenticator knows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from rtgen_runtime.identity import (
    Authenticator,
    Handshake,
    Identity,
    NotAuthenticated,
)


@dataclass(frozen=True, slots=True)
class _Issued:
    identity: Identity
    ends: float


class Tokens:
    """Issues tokens and knows them again; others are for the app's own authenticator."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._behind: Authenticator | None = None
        self._now = now
        self._issued: dict[str, _Issued] = {}

    def before(self, behind: Authenticator | None) -> Self:
        """Ask this one about tokens of others."""
        self._behind = behind
        return self

    def issue(self, subject: str, claims: object, ttl: float | None) -> str:
        """A token of `subject`, for `ttl` seconds from now or for good."""
        name = f"token-{len(self._issued) + 1}"
        issued = Identity(subject, claims, None, self._now(), name)
        ends = float("inf") if ttl is None else self._now() + ttl
        self._issued[name] = _Issued(issued, ends)
        return name

    async def authenticate(self, token: str | None, handshake: Handshake) -> Identity:
        """As the app's authenticator."""
        known = self._issued.get(token or "")
        if known is not None:
            left = known.ends - self._now()
            if left <= 0:
                raise NotAuthenticated("expired")
            return replace(known.identity, ttl=None if left == float("inf") else left)
        if self._behind is None:
            raise NotAuthenticated("none of this test's tokens")
        return await self._behind.authenticate(token, handshake)
