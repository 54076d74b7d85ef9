"""Which of the subprotocols that a client offers is spoken: the same for every transport."""

from collections.abc import Sequence

from rtgen_runtime.codecs import CODECS
from rtgen_runtime.frames import FALLBACK_SUBPROTOCOL


def choose_subprotocol(offered: Sequence[str]) -> str | None:
    """One of ours, or the one that lets the session say why not; a refusal of the handshake tells a browser nothing."""
    for each in (*CODECS, FALLBACK_SUBPROTOCOL):
        if each in offered:
            return each
    return None
