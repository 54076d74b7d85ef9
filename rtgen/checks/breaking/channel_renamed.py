"""Rule `channel-renamed`."""

from collections.abc import Iterator
from dataclasses import replace

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Verdict, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.channels:
        if channel.old.name == channel.new.name:
            continue
        found = breach(
            f"`{channel.old.name}` is called `{channel.new.name}` now",
            channel.place(),
            old=channel.old,
            new=channel.new,
        )
        # Joining goes by the address alone.
        yield found if channel.old.events else replace(found, verdict=Verdict.SAFE, orders=())


RULE = BreakingRule(
    id="channel-renamed",
    level=Level.WIRE,
    summary="A channel has another name.",
    why="The names of its events begin with it, so each version refuses, or does not hear, the other's.",
    fix="Keep the name; `title` may change.",
    check=_check,
    breaking=(
        """\
channels:
  room:
    address: room
    events: { say: { from: client } }
""",
        """\
channels:
  hall:
    was: room
    address: room
    events: { say: { from: client } }
""",
    ),
    harmless=(
        """\
channels:
  room: { address: room, events: {} }
""",
        """\
channels:
  hall: { was: room, address: room, events: {} }
""",
    ),
)
