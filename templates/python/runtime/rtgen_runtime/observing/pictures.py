"""Frames as people read them in debug mode: decoded, short, and without what the contract calls sensitive.

Shown are the payloads of events, the replies to requests and what members show. Tokens and sessions are not, nor is
what comes in bulk (pages, lists of people) or what the contract does not know: of that only the size is told.
"""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from typing import Any, Final

import msgspec
from msgspec import Raw

from rtgen_runtime.declarations import Contract, RequestEvent
from rtgen_runtime.discretion import REDACTED, redacted
from rtgen_runtime.router import Place, Router

LONGEST: Final = 600
"""Characters of a picture."""

_MOST_REFS: Final = 512
_MEMBERS: Final = {
    "$hello": {"contract", "version", "hash", "client"},
    "$welcome": {"version", "auth", "heartbeat", "limits", "lastRef"},
    "$join": {"since"},
    "$error": {"code", "message", "tag", "retryable", "retryAfter", "count"},
    "$resync": {"epoch", "after", "reason"},
    "$left": {"code", "again"},
    "$drain": {"within"},
}
"""What of the protocol's own objects harms nobody: tokens, sessions and the data of errors are not among it."""
_BARE: Final = frozenset({"$leave", "$ping", "$pong"})

_parts: Final = msgspec.json.Decoder(list[Raw])


class Pictures:
    """Of one connection's frames: a reply is known by its ref."""

    def __init__(self, contract: Contract, router: Router) -> None:
        self._contract = contract
        self._router = router
        self._asked: OrderedDict[int, str] = OrderedDict()
        self.is_older = False
        """Whether the client speaks an older version: other names are sensitive there, so payloads stay hidden."""

    def of(self, frame: str | bytes, *, incoming: bool) -> str:
        """One line."""
        try:
            parts = _parts.decode(frame)
            tag: Any = msgspec.json.decode(parts[0])
        except (ValueError, IndexError, RecursionError):
            return f"not a frame, {len(frame)} bytes"
        if incoming and len(parts) > 2:
            self._remember(parts[1], str(tag))
        try:
            shown = self._shown(str(tag), parts)
        except (ValueError, IndexError, RecursionError):
            shown = [str(tag)[:128], _size(parts[1:])]
        text = msgspec.json.encode(shown).decode()
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

    def _shown(self, tag: str, parts: Sequence[Raw]) -> list[Any]:
        if self.is_older and tag not in _MEMBERS and tag not in _BARE:
            return [tag[:128], _size(parts[1:])]
        owner = self._contract.events.get(tag)
        if owner is not None:
            event = owner[1]
            head = [tag, _plain(parts[1]), self._address(parts[2])]
            body = redacted(_plain(parts[3]), event.payload.sensitive)
            return [*head, body, *map(_plain, parts[4:])]
        if tag == "$reply":
            return [tag, _plain(parts[1]), self._reply(parts)]
        if tag == "$state":
            return [tag, _plain(parts[1]), self._address(parts[2]), self._state(parts)]
        if tag in _MEMBERS or tag in _BARE:
            known = _MEMBERS.get(tag, set())
            return [
                tag,
                *(self._of_protocol(_plain(part), known) for part in parts[1:]),
            ]
        return [tag[:128], _size(parts[1:])]

    def _reply(self, parts: Sequence[Raw]) -> Any:
        asked = self._asked.pop(int(_plain(parts[1])), "")
        _, event = self._contract.events.get(asked, (None, None))
        if isinstance(event, RequestEvent):
            return redacted(_plain(parts[2]), event.reply.sensitive)
        return _size(parts[2:])

    def _state(self, parts: Sequence[Raw]) -> Any:
        place = self._router.find(str(_plain(parts[2])))
        presence = place.channel.presence if isinstance(place, Place) else None
        if presence is None:
            return _size(parts[3:])
        return redacted(_plain(parts[3]), presence.state.sensitive)

    def _of_protocol(self, part: Any, known: Collection[str]) -> Any:
        if isinstance(part, dict):
            return {
                name: value if name in known else REDACTED
                for name, value in part.items()
            }
        return self._address_of(part) if isinstance(part, str) else part

    def _address(self, part: Raw) -> str:
        return self._address_of(str(_plain(part)))

    def _address_of(self, address: str) -> str:
        """As it is, or as its template where the contract calls a parameter sensitive."""
        place = self._router.find(address)
        if isinstance(place, Place):
            is_secret = bool(place.channel.params.sensitive)
            return place.channel.address if is_secret else address
        has_secrets = any(each.params.sensitive for each in self._contract.channels)
        return REDACTED if has_secrets else address

    def _remember(self, ref: Raw, tag: str) -> None:
        number = _plain(ref)
        if isinstance(number, int) and number and tag in self._contract.events:
            self._asked[number] = tag
            if len(self._asked) > _MOST_REFS:
                self._asked.popitem(last=False)


def _plain(part: Raw) -> Any:
    return msgspec.json.decode(part)


def _size(parts: Sequence[Raw]) -> str:
    return f"… {sum(len(bytes(part)) for part in parts)} bytes"
