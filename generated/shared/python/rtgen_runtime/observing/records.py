"""Log lines that machines read: words and named values, printed as `key=value` or as one JSON object a line.

Only the standard library's `logging`, and nothing is configured by importing this: whoever runs the process chooses
handlers, levels and one of the formatters.
"""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime


class Told:
    """The message of a log record: words, and values by name. Any formatter can print it."""

    __slots__ = ("values", "words")

    def __init__(self, words: str, **values: object) -> None:
        self.words = words
        self.values = {name: value for name, value in values.items() if value != ""}

    def __str__(self) -> str:
        return " ".join([self.words, *_pairs(self.values)])


class KeyValues(logging.Formatter):
    """`time=… level=… logger=… message="…" connection=…`, one record a line.

    With `always` such values stand in each line, such as the name of the process.
    """

    def __init__(self, always: Mapping[str, object] | None = None) -> None:
        super().__init__()
        self.always = always or {}

    def format(self, record: logging.LogRecord) -> str:
        """A record as a line."""
        return " ".join(_pairs(_members(self, record, self.always)))


class JsonLines(logging.Formatter):
    """One JSON object a line, with `time`, `level`, `logger`, `message`, the record's values, and `exception`.

    With `always` such values stand in each line, such as the name of the process.
    """

    def __init__(self, always: Mapping[str, object] | None = None) -> None:
        super().__init__()
        self.always = always or {}

    def format(self, record: logging.LogRecord) -> str:
        """A record as a line."""
        return json.dumps(_members(self, record, self.always), default=str)


def _members(
    formatter: logging.Formatter,
    record: logging.LogRecord,
    always: Mapping[str, object],
) -> dict[str, object]:
    told = record.msg
    known: dict[str, object] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
        "level": record.levelname,
        "logger": record.name,
        "message": told.words if isinstance(told, Told) else record.getMessage(),
    }
    known.update(always)
    for name, value in told.values.items() if isinstance(told, Told) else ():
        known.setdefault(name, value)
    if record.exc_info:
        known["exception"] = formatter.formatException(record.exc_info)
    return known


def _pairs(values: Mapping[str, object]) -> list[str]:
    return [f"{name}={_plain(value)}" for name, value in values.items()]


def _plain(value: object) -> str:
    """As it is, or quoted where it could be taken for more than one value, or for another line."""
    text = str(value)
    is_plain = text.isascii() and text.isprintable() and not set(text) & set(' "=')
    return text if text and is_plain else json.dumps(text)
