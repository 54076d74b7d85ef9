"""Who has a flag: a part of all people, always the same ones, wherever and by whomever it is worked out.

The first eight bytes of SHA-256 over `<contract>:<flag>:<key>` (UTF-8), read as a number from 0 to 1, are a person's
place on a line. A flag of `p` percent is on for those in front of `p / 100`; so who had it keeps it when the percentage
is raised. The next eight bytes choose the variant, by the weights in their order; they say nothing about the first
ones, so that a variant stays as well. docs/flags.md gives both with examples, for programs in other languages.
"""

import hashlib
from collections.abc import Sequence

from rtgen_runtime.flags.declaring import Variant


def places(contract: str, flag: str, key: str) -> tuple[float, float]:
    """A person's places on the two lines, from 0 up to 1."""
    text = f"{contract}:{flag}:{key}".encode(errors="surrogatepass")
    digest = hashlib.sha256(text).digest()
    return _part(digest[:8]), _part(digest[8:16])


def _part(number: bytes) -> float:
    # 53 bits, which a double holds: a larger number could round up to 1.
    return (int.from_bytes(number) >> 11) / 2**53


def chosen(variants: Sequence[Variant], place: float) -> str:
    """The variant at a place; each has a part of the line as long as its weight."""
    total = sum(each.weight for each in variants)
    end = 0.0
    for each in variants:
        end += each.weight / total
        if place < end:
            return each.name
    return variants[-1].name
