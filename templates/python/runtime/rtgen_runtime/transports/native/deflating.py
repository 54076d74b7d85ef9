"""permessage-deflate (RFC 7692) without context takeover: every message by itself, in both directions.

So no connection has a compressor, and a broadcast is compressed once for all who agreed on the same window.
"""

import functools
import zlib
from collections.abc import Callable
from typing import Final

NAME: Final = "permessage-deflate"
_TAIL: Final = b"\x00\x00\xff\xff"
"""What ends every compressed message, and is not sent (7.2.1)."""
_LARGEST_WINDOW: Final = 15
_SMALLEST_WINDOW: Final = 9
"""zlib has none of 8, which an offer may ask for too."""
_CACHED: Final = 128
"""Messages whose compressed form is remembered, for all their receivers."""
_FLAGS: Final = frozenset({"server_no_context_takeover", "client_no_context_takeover"})
_SIZES: Final = frozenset({"server_max_window_bits", "client_max_window_bits"})


class TooLarge(Exception):
    """A message would become larger than it may be."""


class NotDeflated(Exception):
    """It is not what DEFLATE makes."""


def agreed_window(extensions: str) -> int | None:
    """The window of the first offer that can be met, of a header's value (5.1); `None` for none."""
    for offer in extensions.split(","):
        name, *parameters = (each.strip() for each in offer.split(";"))
        if name == NAME:
            window = _window(parameters)
            if window is not None:
                return window
    return None


def agreement(window: int) -> str:
    """What the server answers to such an offer."""
    stated = "" if window == _LARGEST_WINDOW else f"; server_max_window_bits={window}"
    return f"{NAME}; server_no_context_takeover; client_no_context_takeover{stated}"


@functools.cache
def deflater(window: int) -> Callable[[bytes], bytes]:
    """Compresses messages in a window; one for all connections."""

    @functools.lru_cache(maxsize=_CACHED)
    def deflate(data: bytes) -> bytes:
        packer = zlib.compressobj(wbits=-window)
        return (packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH))[: -len(_TAIL)]

    return deflate


class Inflater:
    """Restores one message from the payloads of its frames."""

    __slots__ = ("_unpacker",)

    def __init__(self) -> None:
        self._unpacker = zlib.decompressobj(wbits=-_LARGEST_WINDOW)

    def feed(self, data: bytes, room: int, *, last: bool) -> bytes:
        """More of it, `last` for the end. No more than `room` bytes, and one, are ever made.

        Raises:
            TooLarge: There would be more.
            NotDeflated: It is not what it should be.
        """
        try:
            plain = self._unpacker.decompress(data + _TAIL if last else data, room + 1)
        except zlib.error:
            raise NotDeflated from None
        if len(plain) > room:
            raise TooLarge
        return plain


def _window(parameters: list[str]) -> int | None:
    """The server's window by an offer's parameters (7.1); `None` where one is unknown, invalid, or there twice."""
    window, seen = _LARGEST_WINDOW, set[str]()
    for parameter in parameters:
        name, equals, value = (each.strip() for each in parameter.partition("="))
        if name in seen:
            return None
        seen.add(name)
        if name in _FLAGS and not equals:
            continue
        if name == "client_max_window_bits" and not equals:
            continue
        size = _size(value)
        if name not in _SIZES or size is None:
            return None
        if name == "server_max_window_bits":
            window = size
    return window if window >= _SMALLEST_WINDOW else None


def _size(value: str) -> int | None:
    text = value[1:-1] if value[:1] == value[-1:] == '"' else value
    known = {str(each): each for each in range(8, _LARGEST_WINDOW + 1)}
    return known.get(text)
