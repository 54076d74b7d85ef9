"""What servers of older versions left in a store, as the newest version has it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from rtgen_runtime.broker.words import Afresh, Dropped, News, Put, Recorded, Said
from rtgen_runtime.declarations import (
    Contract,
    RelayEvent,
    ServerEvent,
)
from rtgen_runtime.errors import InvalidPayload
from rtgen_runtime.frames import encode_event, payload_of
from rtgen_runtime.history.interface import Entry
from rtgen_runtime.newest import Name, name_of
from rtgen_runtime.stores.interface import LatestValue
from rtgen_runtime.validation import Schema
from rtgen_runtime.versions.addresses import Addresses
from rtgen_runtime.versions.choosing import older
from rtgen_runtime.versions.converting import NotConverted, converted
from rtgen_runtime.versions.declarations import Convert, OldKept, OldVersion
from rtgen_runtime.versions.older import meant_for

_logger: Final = logging.getLogger("rtgen.versions")


def unknown_tag(tag: str, version: str) -> str:
    """The tag of a recorded event that the newest version does not have: nobody else's, since names have no `@`.

    It goes out with it, since its offset counts; clients ignore what they do not know.
    """
    return f"{tag}@{version}"


Refuse = Callable[[str, str], None]
"""Gets what was refused, and more about it."""


class Past:
    """Reads what the stores of one contract hold. What has no version is taken for the newest's."""

    def __init__(
        self, contract: Contract, refuse: Refuse = lambda _what, _why: None
    ) -> None:
        self._contract: Final = contract
        self._refuse: Final = refuse
        self._addresses: Final = [Addresses(contract, old) for old in contract.versions]

    def is_another(self, version: str) -> bool:
        """Whether something is of a version that differs on the wire, as far as that can be told."""
        return bool(version) and not (
            version == self._contract.version or self._contract.accepts_version(version)
        )

    @property
    def has_addresses(self) -> bool:
        """Whether an older version called any address otherwise."""
        return any(self._addresses)

    def addresses(self, address: str) -> tuple[str, ...]:
        """What older versions called an address, where it was another one; the newest first."""
        found = dict.fromkeys(each.old(address) for each in self._addresses if each)
        return tuple(each for each in found if each != address)

    def entry(self, entry: Entry) -> Entry:
        """A recorded event."""
        old, kept = self._of(entry.version, entry.tag)
        if old is None or kept is None:
            return entry
        payload = _payload(kept, entry.tag, entry.payload, old)
        if kept.tag is None or payload is None:
            return replace(entry, tag=unknown_tag(entry.tag, old.version))
        return replace(entry, tag=kept.tag, payload=payload)

    def values(self, found: Mapping[Name, LatestValue]) -> dict[Name, bytes]:
        """Newest values. Where several mean the same now, the one of the newest version is the newest."""
        order = {
            each.version: number
            for number, each in enumerate(self._contract.versions, 1)
        }

        def age(version: str) -> int:
            old = older(self._contract, version)
            return 0 if old is None else order[old.version]

        oldest_first = sorted(found.items(), key=lambda each: -age(each[1].version))
        known = (self.value(name, value) for name, value in oldest_first)
        return dict(each for each in known if each is not None)

    def value(self, name: Name, value: LatestValue) -> tuple[Name, bytes] | None:
        """A newest value, and what it is the newest of; `None` for one that is nothing now."""
        tag, _ = name
        old, kept = self._of(value.version, tag)
        if old is None and self.is_another(value.version):
            return self._later(name, value)
        if old is None or kept is None:
            return name, value.payload
        payload = _payload(kept, tag, value.payload, old)
        _, event = self._contract.events.get(kept.tag or "", (None, None))
        if (
            payload is None
            or not isinstance(event, ServerEvent)
            or event.latest is None
        ):
            return None
        return name_of(event.tag, event.latest, payload), payload

    def _later(self, name: Name, value: LatestValue) -> tuple[Name, bytes] | None:
        """A value of a version that is not known here: as it is, if it fits."""
        _, event = self._contract.events.get(name[0], (None, None))
        if isinstance(event, ServerEvent) and fits(event.payload, value.payload):
            return name, value.payload
        self._refuse("value", f"{name[0]} of version {value.version}")
        return None

    def own(self, news: News) -> News:
        """News of a newer process as it means them for this version; others as they are."""
        if isinstance(news, Afresh):
            return news
        form = meant_for(self._contract, news.older)
        if form is None:
            return news
        tag, payload = form
        version = self._contract.version
        match news:
            case Recorded(_, _, epoch, offset, key):
                return Recorded(tag, payload, epoch, offset, key, version)
            case Put(_, key):
                return Put(tag, key, payload, version)
            case Dropped(_, key):
                return Dropped(tag, key, version)

    def news(self, news: News) -> News | None:
        """What a process of any version tells of a thing that is kept; `None` for what is nothing now."""
        if isinstance(news, Afresh) or not self.is_another(news.version):
            return news
        match news:
            case Recorded(tag, payload, epoch, offset, key, version):
                entry = self.entry(Entry(offset, tag, payload, 0.0, version))
                if key is not None:
                    known = self.value((tag, key), LatestValue(payload, version))
                    key = None if known is None else known[0][1]
                return Recorded(entry.tag, entry.payload, epoch, offset, key)
            case Put(tag, key, payload, version):
                known = self.value((tag, key), LatestValue(payload, version))
                return None if known is None else Put(*known[0], known[1])
            case Dropped(tag, key, version):
                _, kept = self._of(version, tag)
                return Dropped(tag if kept is None else kept.tag or tag, key)

    def said(self, address: str, said: Said) -> Said | None:
        """What a process of any version says to members; `None` for what the newest version can't take."""
        if not self.is_another(said.version):
            return said
        tag, payload, convert = self._meant(said)
        _, event = self._contract.events.get(tag, (None, None))
        if not isinstance(event, ServerEvent | RelayEvent):
            self._refuse_word(said, "there is no such event")
            return None
        try:
            payload = bytes(converted(payload, convert))
            event.payload.verify(payload)
        except (NotConverted, InvalidPayload) as problem:
            self._refuse_word(said, str(problem))
            return None
        frame = encode_event(tag, 0, address, payload, said.by)
        return Said(tag, frame, said.by, said.to)

    def _refuse_word(self, said: Said, why: str) -> None:
        words = f"{said.event} of version {said.version}: {why}"
        self._refuse("event", words)

    def _meant(self, said: Said) -> tuple[str, bytes, Convert | None]:
        """Tag and payload, and how to convert that."""
        form = meant_for(self._contract, said.older)
        if form is not None:
            return *form, None
        old = older(self._contract, said.version)
        payload = payload_of(said.frame)
        if old is None:
            return said.event, payload, None
        known = old.sent.get(said.event) or old.kept.get(said.event)
        if known is None:
            return said.event, payload, None
        return known.tag or "", payload, known.payload

    def _of(self, version: str, tag: str) -> tuple[OldVersion | None, OldKept | None]:
        """What is known of an event of a version; nothing where both are the same."""
        old = older(self._contract, version) if version else None
        return old, None if old is None else old.kept.get(tag)


def fits(schema: Schema[Any], text: bytes) -> bool:
    """Whether a contract accepts a JSON text."""
    try:
        schema.verify(text)
    except InvalidPayload:
        return False
    return True


def _payload(kept: OldKept, tag: str, payload: bytes, old: OldVersion) -> bytes | None:
    try:
        return bytes(converted(payload, kept.payload))
    except NotConverted as problem:
        complain(tag, old, problem)
        return None


def complain(tag: str, old: OldVersion, problem: NotConverted) -> None:
    """A generated converter has failed: that is a fault of the generator."""
    words = "%s, kept by version %s, was not converted: %s"
    _logger.error(words, tag, old.version, problem)
