"""Yours: rtgen wrote this once and only adds handlers that are missing."""

# So that a handler whose event has left the contract is no reason not to start.
from __future__ import annotations

import new_class


class Class(new_class.ClassHandler):
    """What the server does in `class/{from}/{lambda}`."""

    async def import_(
        self, ctx: new_class.ClassContext, payload: new_class.Self2
    ) -> new_class.Self2:
        """Bring in."""
        raise NotImplementedError("class.import")

    async def delete(
        self, ctx: new_class.ClassContext, payload: new_class.Self2
    ) -> None:
        """Take out."""
        raise NotImplementedError("class.delete")

    async def join_(self, ctx: new_class.ClassContext) -> None:
        """A name that handlers have already."""
        raise NotImplementedError("class.join")
