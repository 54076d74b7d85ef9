"""Which changes a server that converts takes the edge off: with it deployed first, nobody notices them on the wire."""

from rtgen.conversion.versions import VersionPlan
from rtgen.schema.changes import Kind

_OF_NAMES = frozenset({"address-changed", "channel-renamed", "event-renamed", "presence-added"})
_CONVERTED = frozenset(each.value for each in Kind) | _OF_NAMES
"""Ids of rules about what is converted. What is gone for good is not: old clients are told so, and that is a break."""
_CLAIMS = "claims"
"""Tokens are made by others, and no server converts them."""


def is_cured(plan: VersionPlan, rule: str, place: str, part: str) -> bool:
    """Whether what a rule speaks of is converted: for old clients, and where it is kept, when it is read.

    `place` is the value without a pointer, as obstacles have it (`room.send payload`).
    """
    if not plan.is_served or rule not in _CONVERTED or part == _CLAIMS:
        return False
    return place not in {each.place for each in plan.unread}
