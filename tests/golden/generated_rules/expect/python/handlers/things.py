"""Yours: rtgen wrote this once and only adds handlers that are missing."""

# So that a handler whose event has left the contract is no reason not to start.
from __future__ import annotations

import rules


class Things(rules.ThingsHandler):
    """What the server does in `things`."""

    async def some(
        self, ctx: rules.ThingsContext, payload: rules.ThingsSomePayload
    ) -> None:
        """An object with some of its properties, and at most one more."""
        raise NotImplementedError("things.some")

    async def all(
        self, ctx: rules.ThingsContext, payload: rules.ThingsAllPayload
    ) -> None:
        """All in one."""
        raise NotImplementedError("things.all")
