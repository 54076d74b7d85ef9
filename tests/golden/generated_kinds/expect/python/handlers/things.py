"""Yours: rtgen wrote this once and only adds handlers that are missing."""

# So that a handler whose event has left the contract is no reason not to start.
from __future__ import annotations

import kinds


class Things(kinds.ThingsHandler):
    """What the server does in `things`."""

    async def say(
        self, ctx: kinds.ThingsContext, payload: kinds.ThingsSayPayload
    ) -> None:
        """A short text."""
        raise NotImplementedError("things.say")

    async def list(
        self, ctx: kinds.ThingsContext, payload: kinds.ThingsListPayload
    ) -> None:
        """A list of closed objects."""
        raise NotImplementedError("things.list")

    async def poke(self, ctx: kinds.ThingsContext) -> None:
        """Nothing at all."""
        raise NotImplementedError("things.poke")
