"""Yours: rtgen wrote this once and never changes it. Builds the app from your handlers."""

import notifications
from rtgen_runtime import Authenticator, SqliteStore
from service.database import Database

from .inbox import Inbox


def create_app(
    database: Database | None = None, *, store: SqliteStore | None = None, auth: Authenticator | None = None
) -> notifications.NotificationsApp:
    """The real-time side of the application; the type checker names a channel without a handler.

    `store` is a database of its own: what devices missed is kept there for 30 days, while the application's database
    stays the truth about what is read.
    """
    return notifications.NotificationsApp(inbox=Inbox(database or Database(":memory:")), store=store, auth=auth)
