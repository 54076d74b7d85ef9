"""Frames of the newest version as an old one has them: what goes to many is converted once for all of them.

Idea: nothing in a broadcast depends on its receiver. So its bytes are the key under which the converted frame is
remembered, and the first receiver of a version pays for all others.
"""

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Raw

from rtgen_runtime.codecs import MsgpackCodec
from rtgen_runtime.declarations import Contract
from rtgen_runtime.versions.addresses import Addresses
from rtgen_runtime.versions.converting import (
    Members,
    NotConverted,
    Pairs,
    converted,
    members_of,
    replaced,
)
from rtgen_runtime.versions.declarations import (
    OldPresence,
    OldSent,
    OldVersion,
)
from rtgen_runtime.versions.past import unknown_tag

REMEMBERED: Final = 320
"""Frames of one version that are kept converted: more than one join may replay."""
NOT_SENT: Final = b""
"""For a frame that the old version has no use for."""

_logger: Final = logging.getLogger("rtgen.versions")
_parts: Final = msgspec.json.Decoder(list[Raw])
_text: Final = msgspec.json.Decoder(str)
_encode: Final = msgspec.json.Encoder().encode
_SAME: Final = OldPresence()
_PACKING: Final = MsgpackCodec()


class Phrasebook:
    """Of one old version, for all its connections. `count` is told the version at each conversion."""

    def __init__(
        self,
        contract: Contract,
        old: OldVersion,
        count: Callable[[str], None],
    ) -> None:
        self.old: Final = old
        self.addresses: Final = Addresses(contract, old)
        self._count = count
        self._own: Final = unknown_tag("", old.version)
        self._tags: Final = {
            sent.tag: tag for tag, sent in old.sent.items() if sent.tag is not None
        }
        self.told: Final = lru_cache(REMEMBERED)(self._told)
        """An event or a `$presence`, as members of the old version get it; `NOT_SENT` for nothing."""
        self.packed: Final = lru_cache(REMEMBERED)(self._packed)
        """The same for those who chose MessagePack."""

    def tag(self, now: str) -> str:
        """What an old client calls an event that clients send."""
        return self._tags.get(now, now)

    def sent(self, now: str) -> OldSent | None:
        """What is known of such an event; `None` where it is the same."""
        return self.old.sent.get(self._tags.get(now, now))

    def presence(self, address: str) -> OldPresence:
        """How members of an address of now are shown."""
        channel = self.addresses.channel(address)
        return (
            _SAME if channel is None or channel.presence is None else channel.presence
        )

    def entries(self, events: list[tuple[str, int, Raw]]) -> list[tuple[str, int, Raw]]:
        """Recorded events of a page. What the old version does not know stays, for the sake of its offset."""
        found: list[tuple[str, int, Raw]] = []
        for tag, offset, payload in events:
            known = self._event(tag, payload)
            found.append(
                (tag, offset, payload)
                if known is None
                else (known[0], offset, known[1])
            )
        return found

    def state(self, values: Pairs) -> Pairs:
        """Newest values, without those that the old version does not know."""
        found = (self._event(tag, payload) for tag, payload in values)
        return [each for each in found if each is not None]

    def listed(self, members: Members, presence: OldPresence) -> None:
        """Change a page of those present."""
        replaced(members, "members", lambda people: self._people(people, presence))

    def counted(self) -> None:
        """A frame was converted."""
        self._count(self.old.version)

    def _packed(self, frame: bytes) -> bytes:
        told = self.told(frame)
        return _PACKING.from_json(told) if told else NOT_SENT

    def _told(self, frame: bytes) -> bytes:
        parts = _parts.decode(frame)
        tag = _text.decode(parts[0])
        if tag == "$presence":
            return self._presence(frame, parts)
        known = self._event(tag, parts[3])
        if known is None and bytes(parts[1]) == b"0":
            return NOT_SENT
        name, payload = known or (tag, parts[3])
        address = self._address(parts[2])
        if name == tag and payload is parts[3] and address is parts[2]:
            return frame
        self.counted()
        return _encode((name, parts[1], address, payload, *parts[4:]))

    def _presence(self, frame: bytes, parts: list[Raw]) -> bytes:
        presence = self.presence(_text.decode(parts[1]))
        if not presence.known:
            return NOT_SENT
        address = self._address(parts[1])
        if presence.seen is None and address is parts[1]:
            return frame
        info = members_of(parts[3])
        for name in ("join", "update"):
            replaced(info, name, lambda people: self._people(people, presence))
        self.counted()
        return _encode(("$presence", address, parts[2], info, *parts[4:]))

    def _address(self, now: Raw) -> Raw:
        if not self.addresses:
            return now
        text = _text.decode(now)
        old = self.addresses.old(text)
        return now if old == text else Raw(_encode(old))

    def _event(self, tag: str, payload: Raw) -> tuple[str, Raw] | None:
        """Its old tag and payload; `None` for what the old version does not know, or can't be told."""
        heard = self.old.heard.get(tag)
        if tag.endswith(self._own):  # what it had said itself, and nobody says any more
            return tag.removesuffix(self._own), payload
        if heard is None:
            return tag, payload
        if heard.tag is None:
            return None
        if heard.payload is None:
            return heard.tag, payload
        try:
            return heard.tag, converted(payload, heard.payload)
        except NotConverted as problem:
            self.complain(tag, problem)
            return None

    def _people(self, people: Pairs, presence: OldPresence) -> Pairs:
        """Who shows what; those whose state can't be told are left out."""
        found: Pairs = []
        for who, state in people:
            try:
                found.append((who, converted(state, presence.seen)))
            except NotConverted as problem:
                self.complain("$presence", problem)
        return found

    def complain(self, what: str, problem: NotConverted) -> None:
        """A generated converter has failed: that is a fault of the generator."""
        version = self.old.version
        _logger.error("%s was not converted for version %s: %s", what, version, problem)
