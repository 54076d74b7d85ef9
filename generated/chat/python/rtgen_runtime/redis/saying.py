"""Words that a node says to others, gathered: a message costs nodes and Redis microseconds, a word in it far less.

Words of one turn of the event loop go in one message, as long as nothing else is sent between them and they are for
one address: so everything keeps its place, and nothing waits longer than the turn.
"""

from typing import Final

from rtgen_runtime.redis import messages
from rtgen_runtime.redis.commands import Commands

MOST: Final = 64 * 1024
"""Bytes of words in one message; a larger word has one of its own."""


class Saying:
    """Of one node at one Redis. Call `flush` before anything else is sent."""

    __slots__ = ("_channel", "_commands", "_head", "_size", "_words")

    def __init__(self, commands: Commands, node: str) -> None:
        self._commands = commands
        self._head = f"1w {node} \n".encode()
        self._channel = b""
        self._words: list[bytes] = []
        self._size = 0

    def say(self, channel: bytes, word: bytes) -> bool:
        """Say a word soon; whether that can be."""
        size = self._size + len(word)
        if size > MOST or channel != self._channel:
            self.flush()
            if not self._commands.takes_casts:
                self._commands.dropped += 1
                return False
            self._channel, size = channel, len(word)
            self._commands.soon()
        self._words.append(word)
        self._size = size
        return True

    def flush(self) -> None:
        """Send what was said."""
        if not self._words:
            return
        channel, words = self._channel, self._words
        self._channel, self._words, self._size = b"", [], 0
        if self._commands.takes_casts:
            message = self._head + messages.together(words)
            self._commands.cast("PUBLISH", channel, message)
        else:
            self._commands.dropped += len(words)
