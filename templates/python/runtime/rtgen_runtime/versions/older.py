"""What this version says, as older versions have it: for processes of theirs that hear it and know nothing of this one.

Idea: converters go one way only in code, from the version of now to those before it and back, so it is always the newer
process that converts. It does so when something is said or kept, since whoever reads it later may be the older one
again: after a rolling change that was taken back.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final, TypeVar

from msgspec import Raw

from rtgen_runtime.broker.words import Forms
from rtgen_runtime.declarations import Contract
from rtgen_runtime.versions.addresses import Addresses
from rtgen_runtime.versions.converting import NotConverted, converted
from rtgen_runtime.versions.declarations import OldHeard

T = TypeVar("T")


class Older:
    """Of one contract. What is the same in an older version has no form for it, nor has what it does not know.

    Without a contract there is nothing older.
    """

    def __init__(self, contract: Contract | None) -> None:
        versions = () if contract is None else contract.versions
        self._heard: Final[dict[str, list[tuple[str, str, OldHeard]]]] = defaultdict(
            list
        )
        self._addresses: Final = [
            (each.version, Addresses(contract, each))
            for each in versions
            if contract is not None
        ]
        for old in versions:
            for tag, heard in old.heard.items():
                if heard.tag is not None:
                    self._heard[tag].append((old.version, heard.tag, heard))

    def event(self, tag: str, payload: bytes) -> Forms:
        """An event's tag and payload, by version."""
        found: Forms = {}
        for version, old_tag, heard in self._heard.get(tag, ()):
            try:
                found[version] = old_tag, bytes(converted(payload, heard.payload))
            except NotConverted:  # who hears it without counts and logs that
                continue
        return found

    def name(self, tag: str) -> Forms:
        """An event's tag alone."""
        known = self._heard.get(tag, ())
        return {version: (old_tag, b"") for version, old_tag, _ in known}

    def state(self, address: str, state: bytes) -> dict[str, Raw]:
        """What a member shows, by version."""
        found: dict[str, Raw] = {}
        for version, addresses in self._addresses:
            channel = addresses.channel(address)
            presence = None if channel is None else channel.presence
            if presence is None or presence.seen is None or not presence.known:
                continue
            try:
                found[version] = converted(state, presence.seen)
            except NotConverted:
                continue
        return found


def meant_for(contract: Contract, forms: Mapping[str, T]) -> T | None:
    """What is meant for a version, of what a newer process has said; `None` where it is as it was said."""
    if not forms:
        return None
    exact = forms.get(contract.version)
    if exact is not None:
        return exact
    fitting = (form for name, form in forms.items() if contract.accepts_version(name))
    return next(fitting, None)
