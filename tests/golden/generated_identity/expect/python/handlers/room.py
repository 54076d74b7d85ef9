"""Yours: rtgen wrote this once and only adds handlers that are missing."""

# So that a handler whose event has left the contract is no reason not to start.
from __future__ import annotations

import club


class Room(club.RoomHandler):
    """What the server does in `rooms/{name}`."""

    async def say(self, ctx: club.RoomContext, payload: club.RoomSayPayload) -> None:
        """Say something."""
        raise NotImplementedError("room.say")
