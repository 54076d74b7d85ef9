"""Keys that an identity provider publishes as a JSON Web Key Set (RFC 7517), and changes from time to time.

One fetch at a time, whoever waits for it; an unknown name asks the provider again, but only now and then, however many
unknown names come. Keys that were good stay in use while the provider can't be reached.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import jwt
import msgspec

from rtgen_runtime.errors import UsageError
from rtgen_runtime.identity import AuthUnavailable
from rtgen_runtime.jwt.fetching import Fetch, check_url, fetch
from rtgen_runtime.jwt.keys import PUBLIC_ALGORITHMS, Key, checked

FRESH: Final = 600.0
"""Seconds after which known keys are fetched anew, while they go on serving."""
STALE: Final = 24 * 3600.0
"""Seconds for which keys serve while the provider can't be reached."""
COOLDOWN: Final = 30.0
"""Seconds between two fetches, at least."""
PATIENCE: Final = 4.0
"""Seconds that one who waits for a fetch has."""
MOST_KEYS: Final = 100

_logger: Final = logging.getLogger("rtgen.auth")
_FAMILIES: Final = {"RSA": ("RS", "PS"), "EC": ("ES",), "OKP": ("EdDSA",)}


class KeyName(NamedTuple):
    """What a key is kept under: a name alone would let one provider's key verify another's tokens."""

    issuer: str
    endpoint: str
    algorithm: str
    kid: str


class Jwks:
    """The keys at one endpoint, for tokens of one issuer, of the algorithms named here and no other."""

    def __init__(
        self,
        endpoint: str,
        *,
        issuer: str,
        algorithms: Sequence[str] = ("RS256",),
        fetch: Fetch = fetch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        unknown = [each for each in algorithms if each not in PUBLIC_ALGORITHMS]
        if unknown or not algorithms:
            words = f"algorithms for published keys are {', '.join(PUBLIC_ALGORITHMS)}"
            raise UsageError(words)
        check_url(endpoint)
        self._endpoint = endpoint
        self._issuer = issuer
        self._algorithms = tuple(algorithms)
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[KeyName, Key] = {}
        self._fetched = float("-inf")
        self._tried = float("-inf")
        self._running: asyncio.Task[None] | None = None

    async def find(self, algorithm: str, kid: str) -> Key | None:
        """The key of a name; a token that names none is refused, since rotation would make it a guess.

        Raises:
            AuthUnavailable: The provider can't be reached, and no key of it is known.
        """
        fresh = self.at_hand(algorithm, kid)
        if fresh is not None or algorithm not in self._algorithms or not kid:
            return fresh
        name = KeyName(self._issuer, self._endpoint, algorithm, kid)
        now = self._clock()
        known = self._keys.get(name) if now - self._fetched < STALE else None
        running = self._refresh(now)
        if known is not None:
            return known
        if running is not None:
            await asyncio.wait([running], timeout=PATIENCE)
        if self._clock() - self._fetched >= STALE:
            raise AuthUnavailable(f"no keys from {self._endpoint}")
        return self._keys.get(name)

    def at_hand(self, algorithm: str, kid: str) -> Key | None:
        """The key of a name that was fetched a short while ago."""
        if self._clock() - self._fetched >= FRESH or not kid:
            return None
        name = KeyName(self._issuer, self._endpoint, algorithm, kid)
        return self._keys.get(name)

    def _refresh(self, now: float) -> "asyncio.Task[None] | None":
        """The fetch that runs, or a new one; `None` when the last one is too recent."""
        if self._running is not None:
            return self._running
        if now - self._tried < COOLDOWN:
            return None
        self._tried = now
        self._running = asyncio.get_running_loop().create_task(self._load())
        return self._running

    async def _load(self) -> None:
        try:
            async with asyncio.timeout(4 * PATIENCE):
                body = await self._fetch(self._endpoint)
            self._keys = dict(self._read(body))
            self._fetched = self._clock()
        except (OSError, ValueError, TypeError, TimeoutError) as error:
            _logger.warning("keys of %s: %s", self._endpoint, error)
        finally:
            self._running = None

    def _read(self, body: bytes) -> list[tuple[KeyName, Key]]:
        """The usable keys of a set; one that can't be used does no harm to the others."""
        document = msgspec.json.decode(body)
        entries = document.get("keys") if isinstance(document, dict) else None
        if not isinstance(entries, list) or len(entries) > MOST_KEYS:
            raise ValueError(f"no key set of at most {MOST_KEYS} keys")
        found = []
        for entry in entries:
            if isinstance(entry, dict) and isinstance(entry.get("kid"), str):
                found += [
                    (KeyName(self._issuer, self._endpoint, key.algorithm, key.kid), key)
                    for key in self._usable(entry)
                ]
        return found

    def _usable(self, entry: dict[str, Any]) -> list[Key]:
        """A published key, once for each algorithm that it may serve. Never a secret: it would be everybody's."""
        families = _FAMILIES.get(str(entry.get("kty")), ())
        if entry.get("use", "sig") != "sig" or "d" in entry:
            return []
        keys = []
        for algorithm in self._algorithms:
            if not algorithm.startswith(families or "?"):
                continue
            if entry.get("alg", algorithm) != algorithm:
                continue
            try:
                material = checked(jwt.PyJWK(entry, algorithm).key, algorithm)
            except (jwt.PyJWTError, UsageError, ValueError, TypeError):
                continue
            keys.append(Key(algorithm, material, entry["kid"]))
        return keys
