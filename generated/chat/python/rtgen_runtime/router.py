"""Addresses: which channel one belongs to, and what its parameters are filled with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote

from rtgen_runtime.declarations import Channel, Contract
from rtgen_runtime.errors import InvalidPayload, Issue

PARAMETER: Final = re.compile(r"\{([^{}]+)\}")
"""A parameter of a template, and its name."""


def format_address(template: str, values: dict[str, str]) -> str:
    """The template with its parameters filled in; all but RFC 3986's unreserved characters percent-encoded."""
    return PARAMETER.sub(lambda found: quote(values[found.group(1)], safe=""), template)


@dataclass(frozen=True, slots=True)
class Place:
    """One address of a channel; `params` is the channel's generated parameter type."""

    channel: Channel
    address: str
    params: Any


class Router:
    """Finds the channel of an address. Templates that could match one address are refused when generating."""

    def __init__(self, contract: Contract) -> None:
        self._patterns = [
            (pattern_of(channel.address), channel) for channel in contract.channels
        ]
        self._only: dict[str, Place] = {}
        """Places of channels without parameters, once somebody has asked: they are the same for all."""
        self._channels = {channel.name: channel for channel in contract.channels}

    def place(self, name: str, params: Mapping[str, str]) -> Place | list[Issue] | None:
        """The same as `find`, by the name of a channel and what its address is filled with."""
        channel = self._channels.get(name)
        if channel is None:
            return None
        try:
            decoded = channel.params.from_value(dict(params))
        except InvalidPayload as problem:
            return problem.issues
        values: dict[str, str] = channel.params.plain(decoded)
        return Place(channel, format_address(channel.address, values), decoded)

    def find(self, address: str) -> Place | list[Issue] | None:
        """The place an address names; the issues of its parameters; `None` when no channel has it."""
        only = self._only.get(address)
        if only is not None:
            return only
        for pattern, channel in self._patterns:
            found = pattern.fullmatch(address)
            if found is None:
                continue
            names = PARAMETER.findall(channel.address)
            try:
                values = {
                    name: unquote(part, errors="strict")
                    for name, part in zip(names, found.groups(), strict=True)
                }
            except UnicodeDecodeError:
                return None
            if format_address(channel.address, values) != address:
                return None  # another spelling of an address would be a second channel
            try:
                params = channel.params.from_value(values)
                place = Place(channel, address, params)
            except InvalidPayload as error:
                return error.issues
            if not names:
                self._only[address] = place
            return place
        return None


def pattern_of(template: str) -> re.Pattern[str]:
    """Matches the addresses of a template; the groups are what fills its parameters, in their order."""
    parts = PARAMETER.split(template)
    return re.compile(
        "".join(
            "([^/]+)" if index % 2 else re.escape(part)
            for index, part in enumerate(parts)
        )
    )
