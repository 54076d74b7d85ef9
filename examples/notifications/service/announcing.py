"""Telling users what happened: first the application's database, then everybody who is connected."""

import notifications
from anyio import from_thread
from notifications import Notification, SubjectAnnouncement, SubjectAssignment, SubjectMention, UserId

from service.database import Database, Row

Subject = SubjectMention | SubjectAssignment | SubjectAnnouncement


class Announcing:
    """What HTTP handlers call. The types are the contract's: a subject that it does not have is no subject here."""

    def __init__(self, app: notifications.NotificationsApp, database: Database) -> None:
        self._app = app
        self._database = database

    async def tell(self, user_id: UserId, subject: Subject) -> Row:
        """Tell one user, from an `async` endpoint.

        Raises:
            KeyError: There is no such user.
            StoreUnavailable: It is in the database, but devices could not be told; they see it when they load.
        """
        row = self._database.add(user_id, plain(subject))
        inbox = self._app.inbox(user_id=user_id)
        await inbox.notified(Notification(id=row.id, subject=subject, created_at=row.created_at))
        await inbox.unread(notifications.InboxUnreadPayload(count=self._database.unread(user_id)))
        return row

    def tell_from_thread(self, user_id: UserId, subject: Subject) -> Row:
        """The same from an endpoint that is a plain function, which the framework runs in a thread."""
        return from_thread.run(self.tell, user_id, subject)


def plain(subject: Subject) -> dict[str, str]:
    """A subject as JSON, in the contract's words."""
    match subject:
        case SubjectMention(by=by, excerpt=excerpt):
            return {"kind": "mention", "by": by, "excerpt": excerpt}
        case SubjectAssignment(by=by, task=task):
            return {"kind": "assignment", "by": by, "task": task}
        case SubjectAnnouncement(text=text):
            return {"kind": "announcement", "text": text}
