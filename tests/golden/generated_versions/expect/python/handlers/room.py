"""Yours: rtgen wrote this once and only adds handlers that are missing."""

# So that a handler whose event has left the contract is no reason not to start.
from __future__ import annotations

import journal


class Room(journal.RoomHandler):
    """What the server does in `rooms/{roomId}`."""

    async def write(
        self, ctx: journal.RoomContext, payload: journal.Note
    ) -> journal.Note:
        """A client sent `write`."""
        raise NotImplementedError("room.write")

    async def nudge(
        self, ctx: journal.RoomContext, payload: journal.RoomNudgePayload
    ) -> None:
        """A client sent `nudge`."""
        raise NotImplementedError("room.nudge")
