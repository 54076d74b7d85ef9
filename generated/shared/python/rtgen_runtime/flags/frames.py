"""The frame about flags: docs/protocol.md describes it."""

from typing import Any

from msgspec import Struct


class Flags(Struct, frozen=True, array_like=True, tag="$flags"):
    """S→C: flags whose value is another one for this client now."""

    values: dict[str, Any]
