"""The application's tables. Its calls take well under a millisecond, so handlers make them without a thread."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from notifications import NotificationId, UserId

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS notifications (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (id),
  subject TEXT NOT NULL,
  created_at TEXT NOT NULL,
  read_at TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS by_user ON notifications (user_id, number);
"""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signed in once."""

    id: UserId
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One notification as it is stored; `subject` is the contract's `Subject`, as plain JSON."""

    id: NotificationId
    user_id: UserId
    subject: dict[str, Any]
    created_at: datetime
    is_read: bool


class Database:
    """One file, or `:memory:`. Endpoints that are plain functions call it from threads of the web framework."""

    def __init__(self, path: Path | str) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        """Nothing more is asked."""
        with self._lock:
            self._connection.close()

    def sign_in(self, name: str) -> User:
        """The user of that name; a new one where there is none."""
        with self._changing() as change:
            change.execute("INSERT INTO users VALUES (?, ?) ON CONFLICT DO NOTHING", (str(uuid4()), name))
            (id_,) = change.execute("SELECT id FROM users WHERE name = ?", (name,)).fetchone()
        return User(UserId(id_), name)

    def users(self) -> list[User]:
        """Everybody, by name."""
        with self._changing() as asking:
            found = asking.execute("SELECT id, name FROM users ORDER BY name").fetchall()
        return [User(UserId(id_), name) for id_, name in found]

    def add(self, user_id: UserId, subject: dict[str, Any]) -> Row:
        """Store a notification for a user.

        Raises:
            KeyError: There is no such user.
        """
        row = Row(NotificationId(str(uuid4())), user_id, subject, datetime.now(UTC), is_read=False)
        with self._changing() as change:
            if change.execute("SELECT 1 FROM users WHERE id = ?", (user_id,)).fetchone() is None:
                raise KeyError(user_id)
            values = (row.id, user_id, json.dumps(subject), row.created_at.isoformat())
            change.execute(
                "INSERT INTO notifications (id, user_id, subject, created_at) VALUES (?, ?, ?, ?)",
                values,
            )
        return row

    def newest(self, user_id: str, limit: int = 50) -> list[Row]:
        """A user's newest notifications, the newest first."""
        query = (
            "SELECT id, user_id, subject, created_at, read_at IS NOT NULL FROM notifications"
            " WHERE user_id = ? ORDER BY number DESC LIMIT ?"
        )
        with self._changing() as asking:
            found = asking.execute(query, (user_id, limit)).fetchall()
        return [
            Row(NotificationId(id_), UserId(owner), json.loads(subject), datetime.fromisoformat(at), bool(read))
            for id_, owner, subject, at, read in found
        ]

    def unread(self, user_id: str) -> int:
        """How many a user has not read."""
        query = "SELECT count(*) FROM notifications WHERE user_id = ? AND read_at IS NULL"
        with self._changing() as asking:
            (count,) = asking.execute(query, (user_id,)).fetchone()
        return int(count)

    def owns(self, user_id: str, notification_id: str) -> bool:
        """Whether it is a notification of that user."""
        query = "SELECT 1 FROM notifications WHERE user_id = ? AND id = ?"
        with self._changing() as asking:
            return asking.execute(query, (user_id, notification_id)).fetchone() is not None

    def mark_read(self, user_id: str, notification_id: str) -> list[NotificationId]:
        """Mark one as read; gives it if it was unread until now, and else nothing."""
        return self._mark("id = ?", user_id, notification_id)

    def mark_read_up_to(self, user_id: str, notification_id: str) -> list[NotificationId]:
        """Mark all as read that are not newer than one; gives those that were unread until now."""
        return self._mark("number <= (SELECT number FROM notifications WHERE id = ?)", user_id, notification_id)

    def _mark(self, which: str, user_id: str, notification_id: str) -> list[NotificationId]:
        query = f"UPDATE notifications SET read_at = ? WHERE user_id = ? AND read_at IS NULL AND {which} RETURNING id"  # noqa: S608 - `which` is one of the two above
        now = datetime.now(UTC).isoformat()
        with self._changing() as change:
            found = change.execute(query, (now, user_id, notification_id)).fetchall()
        return [NotificationId(id_) for (id_,) in found]

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
