"""What is said in halls, as the history knows it."""

from msgspec import Struct
from msgspec.json import Decoder


class _Item(Struct):
    text: str
    of: str


_decode = Decoder(_Item).decode


def digest(payload: bytes) -> str:
    """What tells items apart, for a history: all of it, short as it is. tests/web/chaos/crowd.ts has it, too."""
    item = _decode(payload)
    return f"{item.text}|{item.of}"
