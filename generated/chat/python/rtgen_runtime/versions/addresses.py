"""Addresses of channels whose template is another one than it was: the filled-in parts stay as they are."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rtgen_runtime.declarations import Contract
from rtgen_runtime.router import PARAMETER, pattern_of
from rtgen_runtime.versions.declarations import OldChannel, OldVersion


@dataclass(frozen=True, slots=True)
class _Way:
    """From one template to another; `names` are the parameters of the first, as the second calls them."""

    source: re.Pattern[str]
    names: tuple[str, ...]
    target: str

    def take(self, address: str) -> str | None:
        found = self.source.fullmatch(address)
        if found is None:
            return None
        values = dict(zip(self.names, found.groups(), strict=True))
        return PARAMETER.sub(lambda place: values[place.group(1)], self.target)


class Addresses:
    """Of one old version. Channels that it does not name have the same address in both."""

    def __init__(self, contract: Contract, old: OldVersion) -> None:
        channels: list[tuple[re.Pattern[str], OldChannel]] = []
        to_now: list[_Way] = []
        to_old: list[_Way] = []
        for channel in contract.channels:
            older = old.channels.get(channel.name)
            if older is None:
                continue
            channels.append((pattern_of(channel.address), older))
            if not older.address:
                continue
            are = {was: now for now, was in older.parameters.items()}
            to_now.append(_way(older.address, are, channel.address))
            to_old.append(_way(channel.address, older.parameters, older.address))
        self._channels: Final = tuple(channels)
        self._to_now: Final = tuple(to_now)
        self._to_old: Final = tuple(to_old)

    def __bool__(self) -> bool:
        """Whether any differ."""
        return bool(self._to_now)

    def now(self, address: str) -> str:
        """What an old client calls so is this address."""
        return _first(self._to_now, address)

    def channel(self, address: str) -> OldChannel | None:
        """What is different in the channel of an address of now, whether or not its parameters are right."""
        for matches, channel in self._channels:
            if matches.fullmatch(address):
                return channel
        return None

    def old(self, address: str) -> str:
        """What an old client calls it."""
        return _first(self._to_old, address)


def _way(source: str, names: Mapping[str, str], target: str) -> _Way:
    own = PARAMETER.findall(source)
    return _Way(
        pattern_of(source), tuple(names.get(each, each) for each in own), target
    )


def _first(ways: Iterable[_Way], address: str) -> str:
    for way in ways:
        found = way.take(address)
        if found is not None:
            return found
    return address
