"""Yours: rtgen wrote this file once. It only ever adds handlers that are missing, and never touches a line of yours."""

# So that a handler whose event has left the contract is no reason not to start.
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import chat

REPEATS = 3
"""Who posts the same text this many times in a row is muted."""

MUTED_FOR = timedelta(minutes=1)

MOST_READ = 1000
"""Messages whose readers are counted; beyond it the oldest is forgotten, since anybody can name any id."""


class Room(chat.RoomHandler):
    """Rooms that anybody may enter."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, int]] = {}
        self._muted: dict[str, datetime] = {}
        self._readers: dict[UUID, set[str]] = {}

    async def leave(self, ctx: chat.RoomContext) -> None:
        """Forget who has gone."""
        self._last.pop(ctx.session, None)
        self._muted.pop(ctx.session, None)

    async def send(self, ctx: chat.RoomContext, payload: chat.RoomSendPayload) -> chat.Message:
        """Post a message to everyone in the room.

        Raises:
            chat.Muted: The sender repeats themselves.
        """
        self._refuse_repeats(ctx.session, payload.body)
        message = chat.Message(
            id=uuid4(),
            author=chat.Author(id=ctx.session, name=payload.name),
            body=payload.body,
            sent_at=datetime.now(UTC),
            tags=payload.tags,
        )
        await ctx.posted(message)
        return message

    async def seen(self, ctx: chat.RoomContext, payload: chat.RoomSeenPayload) -> None:
        """Say how far you have read."""
        readers = self._readers.setdefault(payload.message_id, set())
        readers.add(ctx.session)
        if len(self._readers) > MOST_READ:
            del self._readers[next(iter(self._readers))]
        ctx.readers(chat.RoomReadersPayload(message_id=payload.message_id, count=len(readers)))

    def _refuse_repeats(self, session: str, body: str) -> None:
        now = datetime.now(UTC)
        until = self._muted.get(session)
        if until is None or until <= now:
            before, times = self._last.get(session, ("", 0))
            times = times + 1 if body == before else 1
            self._last[session] = (body, times)
            if times < REPEATS:
                return
            until = self._muted[session] = now + MUTED_FOR
        raise chat.Muted(until=until)
