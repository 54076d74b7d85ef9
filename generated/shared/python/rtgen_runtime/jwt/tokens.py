"""Tokens as JSON Web Tokens (RFC 7519), verified by PyJWT within rules that a token can't bend.

What a verifier must not do stands in RFC 8725: let the token choose its algorithm or its key, take a key out of the
header, act on a claim before the signature holds. Here the algorithm belongs to the key, keys come from the
configuration alone, and every refusal looks the same to the client. The parts are read once, and the key was prepared
when it was configured, where `jwt.decode` does both for each call: a third of the time of accepting a connection.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import jwt

from rtgen_runtime.errors import UsageError
from rtgen_runtime.identity import (
    Handshake,
    Identity,
    NotAuthenticated,
    ignores_handshake,
    sooner,
)
from rtgen_runtime.jwt.compact import Compact, NotCompact, json_object
from rtgen_runtime.jwt.keys import FixedKeys, Key, Keys

MOST_BYTES: Final = 8_192
"""Of a token; looked at before anything is decoded."""
LEEWAY: Final = 60.0
"""Seconds by which the clocks of whoever made the token and of this server may differ."""
_MOST_KID: Final = 256
_FORBIDDEN: Final = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip"})
"""Header fields by which a token would bring its own key, or its own rules."""
_TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_LATEST: Final = 253_402_300_799
"""The end of the year 9999: a time beyond it is none."""


AtHand = Callable[[str, str], Key | None]
"""A key by algorithm and name, without waiting: what `Keys` that know some of them may have beside `find`."""


class JwtAuth:
    """Accepts JSON Web Tokens that one of the keys verifies.

    `issuer` and `audience` must be decided: a value that tokens have to carry, or `None` where yours carry none.
    Tokens need `exp` and `sub`; what else they claim is checked against the contract.

    Raises:
        UsageError: There is no key.
    """

    def __init__(
        self,
        keys: Keys | Key | Sequence[Key],
        *,
        issuer: str | None,
        audience: str | None,
        leeway: float = LEEWAY,
        wall: Callable[[], float] = time.time,
    ) -> None:
        if isinstance(keys, Key):
            keys = (keys,)
        self._keys: Keys = FixedKeys(*keys) if isinstance(keys, Sequence) else keys
        if not 0 <= leeway <= 300:
            raise UsageError("leeway is from 0 to 300 seconds")
        self._at_hand: AtHand = getattr(self._keys, "at_hand", _nowhere)
        self._issuer = issuer
        self._audience = audience
        self._leeway = leeway
        self._wall = wall

    @ignores_handshake
    @sooner("at_once")
    async def authenticate(self, token: str | None, handshake: Handshake) -> Identity:
        """The identity in a token.

        Raises:
            NotAuthenticated: There is none, or it is not good.
            AuthUnavailable: Its key can't be had at the moment.
        """
        compact = _read(token)
        algorithm, kid = _asked_for(compact.header)
        key = await self._keys.find(algorithm, kid)
        if key is None or key.algorithm != algorithm:
            raise NotAuthenticated("no key of this name and algorithm")
        return self._identity(compact, key)

    def at_once(self, token: str | None) -> Identity | None:
        """The same, if the key is at hand; `None` where it is not.

        Raises:
            NotAuthenticated: The token is missing, or not good.
        """
        compact = _read(token)
        algorithm, kid = _asked_for(compact.header)
        key = self._at_hand(algorithm, kid)
        if key is None or key.algorithm != algorithm:
            return None
        return self._identity(compact, key)

    def _identity(self, compact: Compact, key: Key) -> Identity:
        claims = _verified(compact, key)
        self._check_parties(claims)
        return self._judged(claims)

    def _check_parties(self, claims: Mapping[str, Any]) -> None:
        """Who made it, and for whom (RFC 7519, 4.1.1 and 4.1.3). A token for somebody is refused by who is nobody.

        Raises:
            NotAuthenticated: Somebody else did, or it is for somebody else.
        """
        if self._issuer is not None and claims.get("iss") != self._issuer:
            raise NotAuthenticated("the issuer")
        meant = claims.get("aud")
        audiences = meant if isinstance(meant, list) else [meant]
        if self._audience is None:
            if meant:
                raise NotAuthenticated("an audience that nobody expects")
        elif self._audience not in audiences or not _are_texts(audiences):
            raise NotAuthenticated("the audience")

    def _judged(self, claims: Mapping[str, Any]) -> Identity:
        now = self._wall()
        expires = _time(claims, "exp")
        begins, issued = _time(claims, "nbf"), _time(claims, "iat")
        if expires is None or now >= expires + self._leeway:
            raise NotAuthenticated("expired")
        if begins is not None and now < begins - self._leeway:
            raise NotAuthenticated("not valid yet")
        if issued is not None and now < issued - self._leeway:
            raise NotAuthenticated("made in the future")
        subject, token_id = claims.get("sub"), claims.get("jti", "")
        if not isinstance(subject, str) or not isinstance(token_id, str):
            raise NotAuthenticated("sub and jti are strings")
        if not subject:
            raise NotAuthenticated("an empty subject")
        ttl = max(0.0, expires - now)
        return Identity(subject, claims, ttl, issued, token_id)


def _read(token: str | None) -> Compact:
    """Take a token apart.

    Raises:
        NotAuthenticated: There is none, or it is no token.
    """
    if token is None:
        raise NotAuthenticated("no token")
    if len(token) > MOST_BYTES or not token.isascii():
        raise NotAuthenticated("too long, or not of a token's characters")
    try:
        return Compact.of(token)
    except NotCompact:
        raise NotAuthenticated("no token at all") from None


def _verified(compact: Compact, key: Key) -> Mapping[str, Any]:
    """The claims behind a good signature.

    Raises:
        NotAuthenticated: It is not good, or they are no object.
    """
    try:
        is_good = key.verifies(compact.signed, compact.signature)
        claims = json_object(compact.payload) if is_good else None
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError):
        claims = None
    if claims is None:
        raise NotAuthenticated("the signature or the claims")
    return claims


def _nowhere(_algorithm: str, _kid: str) -> Key | None:
    """Of keys that always have to be waited for."""
    return None


def _are_texts(values: Sequence[object]) -> bool:
    return all(isinstance(each, str) for each in values)


def _asked_for(header: Mapping[str, Any]) -> tuple[str, str]:
    """The algorithm and the key's name that a token asks for; nothing is done with them but a look-up."""
    if _FORBIDDEN & header.keys():
        raise NotAuthenticated("it brings its own key or rules")
    algorithm, kid = header.get("alg"), header.get("kid", "")
    kind = header.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise NotAuthenticated("a token of another kind")
    if not isinstance(algorithm, str) or not isinstance(kid, str):
        raise NotAuthenticated("alg and kid are strings")
    if len(kid) > _MOST_KID:
        raise NotAuthenticated("the name of the key is too long")
    return algorithm, kid


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    """A time of a token, in seconds since 1970; only a number within the calendar is one."""
    if name not in claims:
        return None
    value = claims[name]
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise NotAuthenticated(f"{name} is no number")
    if not 0 < value <= _LATEST:
        raise NotAuthenticated(f"{name} is no time")
    return float(value)
