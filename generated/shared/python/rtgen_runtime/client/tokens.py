"""Where a client's tokens come from, with the patience that is had with it."""

import asyncio
import logging
from typing import Final

from rtgen_runtime.client.renewal import Token
from rtgen_runtime.client.socket import SocketClosed

_PATIENCE: Final = 10.0
"""Seconds that whoever gives tokens has."""

_logger: Final = logging.getLogger("rtgen.client")


async def token_of(source: Token | None) -> str | None:
    """The token of the next hello, or of a renewal.

    Raises:
        SocketClosed: There is none for now; whoever gives them failed, or took too long.
    """
    if source is None or isinstance(source, str):
        return source
    try:
        async with asyncio.timeout(_PATIENCE):
            return await source()
    except Exception as error:
        _logger.warning("no token: %s", type(error).__name__)
        raise SocketClosed(1006, "no token") from error
