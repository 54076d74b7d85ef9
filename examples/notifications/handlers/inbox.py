"""Yours: rtgen wrote this once and only adds handlers that are missing."""

# So that a handler whose event has left the contract is no reason not to start.
from __future__ import annotations

import notifications
from service.database import Database

PAGE = 100
"""Ids in one `wasRead`, as the contract says."""


class Inbox(notifications.InboxHandler):
    """What the server does in `users/{userId}/inbox`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def join(self, ctx: notifications.InboxContext) -> None:
        """Everybody has their own inbox, and no other."""
        if ctx.subject != ctx.params.user_id:
            raise notifications.Refused("this is somebody else's inbox")

    async def mark_read(
        self,
        ctx: notifications.InboxContext,
        payload: notifications.InboxMarkReadPayload,
    ) -> None:
        """Mark one notification as read, on all devices.

        A request that was sent again after a lost connection does not come here twice: the contract calls it
        idempotent. Somebody may still read on two devices at once, so the mark itself is idempotent, too.
        """
        if not self._database.owns(ctx.params.user_id, payload.id):
            raise notifications.UnknownNotification()
        await self._tell(ctx, self._database.mark_read(ctx.params.user_id, payload.id))

    async def mark_all_read(
        self,
        ctx: notifications.InboxContext,
        payload: notifications.InboxMarkAllReadPayload,
    ) -> None:
        """Mark all as read that came up to a notification, on all devices."""
        if not self._database.owns(ctx.params.user_id, payload.up_to):
            raise notifications.UnknownNotification()
        await self._tell(ctx, self._database.mark_read_up_to(ctx.params.user_id, payload.up_to))

    async def _tell(self, ctx: notifications.InboxContext, ids: list[notifications.NotificationId]) -> None:
        for start in range(0, len(ids), PAGE):
            ctx.others.was_read(notifications.InboxWasReadPayload(ids=ids[start : start + PAGE]))
        if ids:
            count = self._database.unread(ctx.params.user_id)
            await ctx.unread(notifications.InboxUnreadPayload(count=count))
