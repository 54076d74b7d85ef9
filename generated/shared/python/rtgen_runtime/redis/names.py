"""The names of keys and channels: of one contract, in one database, and never of two addresses at once."""

from collections import OrderedDict
from typing import Final
from urllib.parse import quote

_REMEMBERED: Final = 10_000


class Place:
    """The keys of one address; braces keep them together, should they ever be spread."""

    __slots__ = (
        "address",
        "channel",
        "counts",
        "latest",
        "meta",
        "order",
        "people",
        "quoted",
        "stream",
        "version",
    )

    def __init__(self, prefix: str, address: str) -> None:
        self.address = address
        self.quoted = quote(address, safe="/")
        root = f"{prefix}{{{self.quoted}}}"
        self.channel = f"{root}:live".encode()
        self.meta = f"{root}:meta".encode()
        self.stream = f"{root}:stream".encode()
        self.latest = f"{root}:latest".encode()
        self.counts = f"{root}:counts".encode()
        self.people = f"{root}:people".encode()
        self.order = f"{root}:order".encode()
        self.version = f"{root}:version".encode()


class Names:
    """Those of one contract in one Redis. Pub/Sub knows no databases, so their number is part of every name."""

    def __init__(self, prefix: str, contract: str, database: int) -> None:
        self.prefix = f"{quote(prefix, safe='')}:{quote(contract, safe='')}:{database}:"
        self._places: OrderedDict[str, Place] = OrderedDict()
        self.generation = self._key("generation")
        self.process = self._key("process")
        self.lost = self._key("lost")
        self.ended = self._key("ended")
        self.session_key = self._key("session-key")
        self.nodes = self._key("nodes")
        self.processes = self._key("processes")
        self.control = self._key("control")
        self.flags = self._key("flags")
        self.revoked = self._key("revoked")

    def place(self, address: str) -> Place:
        """Of an address; those that were used last are remembered."""
        found = self._places.get(address)
        if found is None:
            found = self._places[address] = Place(self.prefix, address)
            if len(self._places) > _REMEMBERED:
                self._places.popitem(last=False)
        return found

    def twin(self, number: bytes) -> bytes:
        """Where the answer to a command that may be sent again is kept for a moment."""
        return self._key("twin:") + number

    def outcomes(self, owner: str) -> bytes:
        """The requests of one owner."""
        return self._key("outcomes:") + quote(owner, safe="").encode()

    def node(self, node: str) -> bytes:
        """Where a node's tick goes."""
        return self._key(f"node:{node}")

    def at(self, node: str) -> bytes:
        """The addresses at which a node has members or people."""
        return self._key(f"at:{node}")

    @property
    def pattern(self) -> str:
        """Of all keys and channels, as access lists say it."""
        return f"{self.prefix}*"

    def _key(self, name: str) -> bytes:
        return f"{self.prefix}{name}".encode()
