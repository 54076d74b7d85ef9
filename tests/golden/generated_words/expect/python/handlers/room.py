"""Yours: rtgen wrote this once and only adds handlers that are missing."""

import words


class Room(words.RoomHandler):
    """What the server does in `rooms/{id}`."""

    async def say(self, ctx: words.RoomContext, payload: words.Word) -> words.Word:
        """ends with a quote\""""
        raise NotImplementedError("room.say")
