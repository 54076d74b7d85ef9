"""Rule `address-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, breach
from rtgen.contract.model import Channel


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.channels:
        if _shape(channel.old) != _shape(channel.new):
            message = f"`{channel.old.address}` → `{channel.new.address}`"
            yield breach(message, channel.place(), old=channel.old, new=channel.new)


def _shape(channel: Channel) -> list[str]:
    """The address without the names of its parameters: they are not on the wire."""
    return ["{}" if step.startswith("{") else step for step in channel.address.split("/")]


RULE = BreakingRule(
    id="address-changed",
    level=Level.WIRE,
    summary="A channel has another address.",
    why="Each version joins at an address that the other does not know.",
    fix="Add a channel with the new address, and keep the old one until its sunset.",
    check=_check,
    breaking=(
        """\
address: room
events: {}
""",
        """\
address: rooms
events: {}
""",
    ),
    harmless=(
        """\
address: rooms/{id}
parameters: { id: { type: string } }
events: {}
""",
        """\
address: rooms/{roomId}
parameters: { roomId: { type: string } }
events: {}
""",
    ),
)
