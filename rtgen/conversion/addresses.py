"""Addresses of channels: the old template, and which parameter each of its parameters is now."""

from rtgen.contract.address import segments
from rtgen.contract.model import Channel
from rtgen.conversion.walk import Sides, below


def address_of(old: Channel, now: Channel, sides: Sides) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The old address where it is another, and old names of parameters by those of now, where they differ.

    Names of parameters are not on the wire: addresses that differ in nothing else are the same.
    """
    pairs = _paired(old, now)
    if pairs is None:
        message = f"its address had other parameters: `{old.address}` → `{now.address}`"
        sides.stop("", message, "Keep the parameters; their names and their places may change.", now.span)
        return "", ()
    theirs = {each.name: each for each in now.parameters}
    for mine in old.parameters:
        other = theirs[pairs[mine.name]]
        if not sides.proves(mine.type, other.type):
            sides.refuse(mine.type, other.type, below("", mine.name))
    if _shape(old, pairs) == _shape(now, {each.name: each.name for each in now.parameters}):
        return "", ()
    return old.address, tuple((is_now, was) for was, is_now in pairs.items() if was != is_now)


def _paired(old: Channel, now: Channel) -> dict[str, str] | None:
    """The name now of each old parameter: the same, or the one at its place."""
    mine, theirs = [each.name for each in old.parameters], [each.name for each in now.parameters]
    if len(mine) != len(theirs):
        return None
    new = [name for name in theirs if name not in mine]
    gone = [name for name in mine if name not in theirs]
    return {**{name: name for name in mine if name in theirs}, **dict(zip(gone, new, strict=True))}


def _shape(channel: Channel, names: dict[str, str]) -> list[tuple[bool, str]]:
    """The steps of an address, its parameters by their names now."""
    steps = segments(channel.address)
    return [(each.is_parameter, names[each.text] if each.is_parameter else each.text) for each in steps]
