"""The documents that are open. In memory: what the server keeps for clients that come back is the contract's affair."""

from collections import deque

from collab import Operation

from editor.operations import apply, rebase

LONGEST = 100_000
"""UTF-16 units of one document, as the contract's `load` says."""

REMEMBERED = 1_000
"""Edits that a client may be behind."""

MOST = 1_000
"""Documents at once."""


class TooFarBehind(Exception):
    """The edit was made upon a revision that is no longer remembered, or not there yet."""


class NoRoom(Exception):
    """There are as many documents as the server holds: anybody can think of one more."""


class TooLong(Exception):
    """The document has no room for it."""


class Text:
    """One document: its text, its revision, and the newest edits."""

    def __init__(self) -> None:
        self.revision = 0
        self._text = b""
        self._edits: deque[list[Operation]] = deque(maxlen=REMEMBERED)

    @property
    def text(self) -> str:
        """As it is now. Half a surrogate pair, which only a client of its own making can leave, shows as U+FFFD."""
        return self._text.decode("utf-16-le", "replace")

    def apply(self, base: int, operations: list[Operation]) -> list[Operation]:
        """Take an edit that was made upon a revision; gives it as it is upon the newest.

        Raises:
            TooFarBehind: Nobody knows any more what has happened since.
            TooLong: Nothing was changed.
        """
        behind = self.revision - base
        if not 0 <= behind <= len(self._edits):
            raise TooFarBehind
        for earlier in list(self._edits)[len(self._edits) - behind :]:
            operations, _ = rebase(operations, earlier, first=False)
        changed = apply(self._text, operations)
        if len(changed) > 2 * LONGEST:
            raise TooLong
        self._text = changed
        self._edits.append(operations)
        self.revision += 1
        return operations


class Shelf:
    """All documents, each made when it is first opened."""

    def __init__(self) -> None:
        self._texts: dict[str, Text] = {}

    def open(self, document_id: str) -> Text:
        """The document of that id.

        Raises:
            NoRoom: It would be one too many.
        """
        if document_id not in self._texts and len(self._texts) >= MOST:
            raise NoRoom
        return self._texts.setdefault(document_id, Text())
