"""Yours: rtgen wrote this once and only adds handlers that are missing."""

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
