"""A token's three parts (RFC 7515, 3.1 and 7.1), read once; nothing in them is believed before the signature holds."""

from binascii import a2b_base64, b2a_base64
from typing import Any, Final, NamedTuple

import msgspec

_TO_PLAIN: Final = bytes.maketrans(b"-_", b"+/")
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")

_object = msgspec.json.Decoder(dict[str, Any])


class NotCompact(ValueError):
    """It is no token at all."""


class Compact(NamedTuple):
    """One token. `signed` is the text that the signature stands for."""

    header: dict[str, Any]
    payload: bytes
    signature: bytes
    signed: bytes

    @classmethod
    def of(cls, token: str) -> "Compact":
        """Take it apart.

        Raises:
            NotCompact: It has other than three parts, or one is not what it should be.
        """
        parts = token.encode().split(b".")
        if len(parts) != 3:
            raise NotCompact("not three parts")
        header, payload, signature = map(_decoded, parts)
        signed = b".".join(parts[:2])
        return cls(json_object(header), payload, signature, signed)


def json_object(text: bytes) -> dict[str, Any]:
    """The members of a JSON object.

    Raises:
        NotCompact: It is none.
    """
    try:
        return _object.decode(text)
    except (ValueError, RecursionError, OverflowError):
        raise NotCompact("not a JSON object") from None


def _decoded(part: bytes) -> bytes:
    """Base64url in its one spelling: no other characters, no spare bits. Some issuers pad it, which changes nothing.

    Raises:
        NotCompact: It is spelled otherwise.
    """
    bare = part.rstrip(b"=")
    padding = len(part) - len(bare)
    if padding > 2 or (padding and len(part) % 4):
        raise NotCompact("wrong padding")
    try:
        data = a2b_base64(bare.translate(_TO_PLAIN) + b"=" * (-len(bare) % 4))
    except ValueError:
        raise NotCompact("not base64url") from None
    if b2a_base64(data, newline=False).translate(_TO_URL).rstrip(b"=") != bare:
        raise NotCompact("not base64url")
    return data
