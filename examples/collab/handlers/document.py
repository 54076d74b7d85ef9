"""Yours: rtgen wrote this once and only adds handlers that are missing."""

# So that a handler whose event has left the contract is no reason not to start.
from __future__ import annotations

import zlib

import collab
from editor.shelf import NoRoom, Shelf, Text, TooFarBehind, TooLong


class Document(collab.DocumentHandler):
    """What the server does in `documents/{documentId}`."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def join(self, ctx: collab.DocumentContext) -> None:
        """Everybody with a token may read; the others see who is here."""
        claims = ctx.claims
        ctx.show(collab.Person(user_id=claims.sub, name=claims.name, color=color_of(claims.sub)))

    def authorise(self, ctx: collab.DocumentContext) -> None:
        """A renewed token changes nothing here; `edit` looks at the newest."""

    def load(self, ctx: collab.DocumentContext) -> collab.DocumentLoadReply:
        """The whole text; what comes after its revision is heard as `edited`."""
        text = self._open(ctx)
        return collab.DocumentLoadReply(revision=text.revision, text=text.text)

    async def edit(self, ctx: collab.DocumentContext, payload: collab.DocumentEditPayload) -> collab.DocumentEditReply:
        """Change the text.

        Between bringing the edit up to date and recording it nothing is awaited, so that edits are recorded in the
        order of their revisions.
        """
        if ctx.claims.can_edit is not True:
            raise collab.ReadOnly()
        text = self._open(ctx)
        try:
            operations = text.apply(payload.base, payload.operations)
        except TooFarBehind:
            raise collab.Outdated(revision=text.revision) from None
        except TooLong:
            raise collab.DocumentFull() from None
        revision = text.revision
        await ctx.edited(
            collab.DocumentEditedPayload(
                id=payload.id, user_id=ctx.claims.sub, revision=revision, operations=operations
            )
        )
        return collab.DocumentEditReply(revision=revision)

    def move_cursor(self, ctx: collab.DocumentContext, payload: collab.Selection) -> None:
        """Say where you are. The contract holds it back until it is due, and keeps the newest of each person."""
        ctx.cursor_moved(collab.DocumentCursorMovedPayload(user_id=ctx.claims.sub, selection=payload))

    def _open(self, ctx: collab.DocumentContext) -> Text:
        try:
            return self._shelf.open(ctx.params.document_id)
        except NoRoom:
            raise collab.NoRoom() from None


def color_of(user_id: str) -> str:
    """The same colour for the same person, everywhere; as CSS writes it."""
    hue = zlib.crc32(user_id.encode())
    return "#" + "".join(f"{64 + (hue >> shift) % 128:02x}" for shift in (0, 8, 16))
