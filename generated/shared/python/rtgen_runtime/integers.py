"""Integers that Python and JavaScript both hold exactly."""

from typing import Annotated, TypeAlias

from msgspec import Meta

SafeInteger: TypeAlias = Annotated[int, Meta(ge=-9007199254740991, le=9007199254740991)]
"""An integer within 2^53-1: what `type: integer` means in a contract that gives no bounds."""
