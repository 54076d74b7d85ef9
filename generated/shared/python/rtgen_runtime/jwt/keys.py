"""Keys that verify tokens. Each is for one algorithm, fixed where it is configured: no token can choose another use."""

from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import get_default_algorithms

from rtgen_runtime.errors import UsageError

SECRET_BYTES: Final = {"HS256": 32, "HS384": 48, "HS512": 64}
"""A secret is at least as long as the hash (RFC 7518, 3.2)."""
PUBLIC_ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
CURVES: Final = {"ES256": "secp256r1", "ES384": "secp384r1", "ES512": "secp521r1"}
RSA_BITS: Final = 2048

_ALGORITHMS: Final = get_default_algorithms()
"""PyJWT's own: they do what is cryptography here."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that verifies tokens of one algorithm. `kid` is its name, empty for a key without one.

    Raises:
        UsageError: The material is no key for the algorithm.
    """

    algorithm: str
    material: Any = field(repr=False)
    kid: str = ""

    def __post_init__(self) -> None:
        """Prepare it once, not for each token."""
        object.__setattr__(self, "material", _prepared(self.material, self.algorithm))

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        """Whether this key made the signature of that text."""
        algorithm = _ALGORITHMS[self.algorithm]
        return algorithm.verify(signed, self.material, signature)


class Keys(Protocol):
    """Where keys come from."""

    async def find(self, algorithm: str, kid: str) -> Key | None:
        """The key of a name (empty: the token names none) for an algorithm; `None` when there is none.

        Raises:
            AuthUnavailable: Nobody knows right now.
        """


class FixedKeys:
    """Keys that the configuration holds."""

    def __init__(self, *keys: Key) -> None:
        if not keys:
            raise UsageError("without a key no token can be verified")
        self._keys = keys

    async def find(self, algorithm: str, kid: str) -> Key | None:
        """A named key answers to its name only; a token without a name gets the only key there is."""
        return self.at_hand(algorithm, kid)

    def at_hand(self, algorithm: str, kid: str) -> Key | None:
        """The same: they are all at hand."""
        fitting = [each for each in self._keys if each.algorithm == algorithm]
        if not kid:
            return fitting[0] if len(fitting) == 1 else None
        named = [each for each in fitting if each.kid == kid]
        unnamed = [each for each in fitting if not each.kid]
        found = named or (unnamed if len(fitting) == 1 else [])
        return found[0] if len(found) == 1 else None


def secret_key(secret: bytes, algorithm: str = "HS256", *, kid: str = "") -> Key:
    """A secret shared with whoever makes the tokens.

    Raises:
        UsageError: It is too short for the algorithm, or the algorithm takes no secret.
    """
    least = SECRET_BYTES.get(algorithm)
    if least is None:
        raise UsageError(f"{algorithm} is none of {', '.join(SECRET_BYTES)}")
    if len(secret) < least:
        raise UsageError(f"a secret for {algorithm} needs at least {least} bytes")
    return Key(algorithm, secret, kid)


def public_key(pem: str | bytes, algorithm: str, *, kid: str = "") -> Key:
    """A public key in PEM, of an RSA, elliptic-curve or Ed25519/Ed448 pair.

    Raises:
        UsageError: It is no public key that suits the algorithm.
    """
    if algorithm not in PUBLIC_ALGORITHMS:
        raise UsageError(f"{algorithm} is none of {', '.join(PUBLIC_ALGORITHMS)}")
    return Key(algorithm, checked(_prepared(pem, algorithm), algorithm), kid)


def checked(material: Any, algorithm: str) -> Any:
    """A public key that is strong enough and of the algorithm's curve.

    Raises:
        UsageError: It is not, or it is a private key.
    """
    if not hasattr(material, "public_bytes"):
        raise UsageError("tokens are verified with the public key, not the private one")
    if isinstance(material, RSAPublicKey) and material.key_size < RSA_BITS:
        raise UsageError(f"an RSA key needs at least {RSA_BITS} bits")
    curve = CURVES.get(algorithm)
    if isinstance(material, EllipticCurvePublicKey) and material.curve.name != curve:
        raise UsageError(f"the key is on another curve than {algorithm} asks for")
    return material


def _prepared(material: Any, algorithm: str) -> Any:
    try:
        return _ALGORITHMS[algorithm].prepare_key(material)
    except (jwt.InvalidKeyError, ValueError, TypeError, KeyError):
        raise UsageError(f"this is no key for {algorithm}") from None
