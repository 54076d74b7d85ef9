"""What a node says once more now and then, should Redis have dropped it: under `noeviction` it never has."""

from collections import OrderedDict
from collections.abc import Mapping
from itertools import islice
from typing import Final

from rtgen_runtime.broker.words import Switched
from rtgen_runtime.redis import messages
from rtgen_runtime.redis.messages import Revoked
from rtgen_runtime.redis.people_scripts import REMEMBER
from rtgen_runtime.redis.shard import Shard
from rtgen_runtime.redis.wire import Argument

MOST: Final = 10_000
"""Revocations that one node says again: the newest."""

_TOGETHER: Final = 500


class Remembered:
    """How flags were set and what was revoked, as this node has said or heard it. Times are Redis's."""

    def __init__(self) -> None:
        self._flags: dict[str, bytes] = {}
        self._revoked: OrderedDict[bytes, float] = OrderedDict()

    def note(self, word: object) -> None:
        """Keep it in mind, if it is one of these."""
        if isinstance(word, Switched):
            self._flags[word.flag] = messages.pack(word)
        elif isinstance(word, Revoked):
            self._revoked[messages.pack(word)] = word.at
            if len(self._revoked) > MOST:
                self._revoked.popitem(last=False)

    def say(self, shard: Shard) -> None:
        """Put back what is missing; what is there stays as it is."""
        names, commands = shard.names, shard.commands
        commands.cast("SET", names.session_key, shard.session_key, "NX")
        for flag, body in self._flags.items():
            commands.cast("HSETNX", names.flags, flag, body)
        if self._revoked:
            commands.send(
                lambda reply: self._say_revoked(shard) if reply == 0 else None,
                *("EXISTS", names.revoked),
            )

    def _say_revoked(self, shard: Shard) -> None:
        for body, at in self._revoked.items():
            shard.commands.cast("ZADD", shard.names.revoked, at, body)


def say_members(shard: Shard, counts: Mapping[str, int]) -> None:
    """Where this node has members, and how many: whoever comes, and whoever clears up after it, must know."""
    flat: list[Argument] = []
    for address, count in counts.items():
        flat += [shard.names.place(address).quoted, count]
    rest = iter(flat)
    while some := tuple(islice(rest, 2 * _TOGETHER)):
        fixed = shard.names.at(shard.node), shard.node, shard.names.prefix
        shard.commands.cast(*REMEMBER.call(*fixed, *some))
