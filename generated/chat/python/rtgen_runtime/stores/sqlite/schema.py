"""The tables of the file, and their version."""

from typing import Final

VERSION: Final = 2
"""Stands in the file as `user_version`; whoever changes a table counts it up and converts older files."""

APPLICATION: Final = 0x7274676E
"""Stands in the file as `application_id`, so that no other program's database is taken for ours."""

_TABLES: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE streams (
  id INTEGER PRIMARY KEY,
  address TEXT NOT NULL UNIQUE,
  top INTEGER NOT NULL,
  first INTEGER NOT NULL DEFAULT 1,
  invalidated INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  oldest REAL NOT NULL DEFAULT 0,
  expires REAL NOT NULL DEFAULT 0
);
CREATE TABLE events (
  stream INTEGER NOT NULL,
  position INTEGER NOT NULL,
  tag TEXT NOT NULL,
  recorded REAL NOT NULL,
  payload BLOB NOT NULL,
  version TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (stream, position)
) WITHOUT ROWID;
CREATE TABLE latest (
  address TEXT NOT NULL,
  tag TEXT NOT NULL,
  key TEXT NOT NULL,
  payload BLOB NOT NULL,
  version TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (address, tag, key)
) WITHOUT ROWID;
CREATE TABLE outcomes (
  owner TEXT NOT NULL,
  request TEXT NOT NULL,
  digest BLOB NOT NULL,
  outcome BLOB,
  expires REAL NOT NULL,
  version TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (owner, request)
) WITHOUT ROWID;
"""
"""`streams.first` and `oldest` are offset and Unix time of the first event kept; an outcome of NULL is still open.

`version` is that of the contract of who wrote the row, empty where nobody knows.
"""

_META: Final = """
INSERT INTO meta VALUES ('epoch', ''), ('token', ''), ('writes', '0'), ('durability', ''),
  ('session_key', lower(hex(randomblob(32))));
"""

CREATE: Final = "\n".join(
    (
        "BEGIN IMMEDIATE;",
        f"PRAGMA application_id={APPLICATION};",
        f"PRAGMA user_version={VERSION};",
        _TABLES,
        _META,
        "COMMIT;",
    )
)

_VERSION_OF_CONTRACT: Final = "\n".join(
    f"ALTER TABLE {table} ADD COLUMN version TEXT NOT NULL DEFAULT '';"
    for table in ("events", "latest", "outcomes")
)

CHANGES: Final = {1: _VERSION_OF_CONTRACT}
"""What makes tables of a version into those of the next one."""


def change(before: int) -> str:
    """All that makes tables of an earlier version into those of this one, in one step."""
    steps = (CHANGES[version] for version in range(before, VERSION))
    return "\n".join(
        ("BEGIN IMMEDIATE;", *steps, f"PRAGMA user_version={VERSION};", "COMMIT;")
    )
