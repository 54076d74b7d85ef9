"""Words that a node says to others, gathered: a message costs nodes and Redis microseconds, a word in it far less.

Words of one turn of the event loop for one address go in one message, as long as no command is sent between them. So
everything at an address keeps its place, and nothing waits longer than the turn.
"""

from typing import Final

from rtgen_runtime.redis import messages
from rtgen_runtime.redis.commands import Commands

MOST: Final = 64 * 1024
"""Bytes of words that are gathered; a larger word does not wait for others."""


class Saying:
    """Of one node at one Redis. Call `flush` before anything else is sent."""

    __slots__ = ("_commands", "_head", "_size", "_words")

    def __init__(self, commands: Commands, node: str) -> None:
        self._commands = commands
        self._head = f"1w {node} \n".encode()
        self._words: dict[bytes, list[bytes]] = {}
        self._size = 0

    def say(self, channel: bytes, word: bytes) -> bool:
        """Say a word soon; whether that can be."""
        if not self._words:
            if not self._commands.takes_casts:
                self._commands.dropped += 1
                return False
            self._commands.soon()
        words = self._words.get(channel)
        if words is None:
            self._words[channel] = [word]
        else:
            words.append(word)
        self._size += len(word)
        if self._size > MOST:
            self.flush()
        return True

    def flush(self) -> None:
        """Send what was said."""
        if not self._words:
            return
        said, self._words, self._size = self._words, {}, 0
        for channel, words in said.items():
            if self._commands.takes_casts:
                message = self._head + messages.together(words)
                self._commands.cast("PUBLISH", channel, message)
            else:
                self._commands.dropped += len(words)
