"""Which slot of a slow reader's backlog an event belongs to: the sender's, or that of a value of one property."""

from collections.abc import Hashable
from typing import Any, Final

import msgspec
from msgspec import Raw

from rtgen_runtime.backlog import Policy
from rtgen_runtime.declarations import RelayEvent, ServerEvent

_properties: Final = msgspec.json.Decoder(dict[str, Raw])
_VOLATILE: Final = Policy(volatile=True)


def policy_of(
    event: ServerEvent[Any] | RelayEvent[Any], address: str, payload: bytes, by: str
) -> Policy | None:
    """How an event may be spared; `None` for one that must arrive. `payload` is valid JSON text, `by` its sender."""
    if event.conflate is None:
        return _VOLATILE if event.volatile else None
    key = event.conflate.key
    of: Hashable = _value(payload, key) if key else by
    return Policy(event.volatile, (address, event.tag, of))


def _value(payload: bytes, key: str) -> Hashable:
    """A property as a key: scalars by their value, all else by its text."""
    try:
        raw = _properties.decode(payload).get(key)
    except msgspec.DecodeError:
        return None  # not an object
    if raw is None:
        return None
    value: object = msgspec.json.decode(raw)
    if isinstance(value, str | bool) or value is None:
        return type(value), value
    return value if isinstance(value, int | float) else bytes(raw)
