"""What a client uses that is going away, as the server says: a client that was generated before can't know it.

Servers are asked for it in debug mode, which is that of the event loop: `python -X dev`, `asyncio.run(…, debug=True)`.
"""

import asyncio
import warnings
from dataclasses import dataclass, field

from rtgen_runtime.frames import DeprecatedInfo


def are_wanted() -> bool:
    """Whether this runs in debug mode."""
    try:
        return asyncio.get_running_loop().get_debug()
    except RuntimeError:
        return False


@dataclass(slots=True)
class Notices:
    """Of one client, over all its connections."""

    _told: set[DeprecatedInfo] = field(default_factory=set)

    def hear(self, info: DeprecatedInfo) -> None:
        """Warn, once for each thing."""
        if info not in self._told:
            self._told.add(info)
            warnings.warn(words(info), DeprecationWarning, stacklevel=2)


def words(info: DeprecatedInfo) -> str:
    """Such as: `text` in what `room.say` carries is deprecated: since 1.4.0, gone on 2027-03-01, use body."""
    channel, _, event = info.tag.partition(".")
    what = {
        "$join": f"the channel `{channel}`",
        "$state": f"what members of `{channel}` show",
    }.get(event, f"`{info.tag}`")
    if info.heard:
        what += ", which the server sends,"
    if info.value:
        what = f"the value {info.value} at {info.at or 'the root'} of {what}"
    elif info.at:
        what = f"{info.at} of {what}"
    parts = (
        f"since {info.since}" if info.since else "",
        f"gone on {info.sunset}" if info.sunset else "",
        f"use {info.use}" if info.use else "",
    )
    said = ", ".join(each for each in parts if each)
    return f"{what} is deprecated: {said}" if said else f"{what} is deprecated"
