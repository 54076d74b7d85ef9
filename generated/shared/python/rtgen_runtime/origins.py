"""Which web pages may connect. Browsers let any page open a WebSocket anywhere, and say which one it was."""

from collections.abc import Sequence

Origins = Sequence[str | None] | None
"""Exact origins such as `https://app.example`; `None` in it allows clients without one, `None` for it all of them."""


def is_allowed(origins: Origins, sent: Sequence[str]) -> bool:
    """Whether a handshake with these `Origin` headers may go on. No prefix, suffix or wildcard ever matches."""
    if origins is None:
        return True
    if not sent:
        return None in origins
    return len(sent) == 1 and sent[0] in origins
