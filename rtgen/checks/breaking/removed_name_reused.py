"""Rule `removed-name-reused`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Place, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.added:
        if channel.name in pair.old.removed:
            yield breach(f"{channel} was removed for good", Place(channel.name), old=pair.old, new=channel)
    for each in pair.channels:
        for event in each.added:
            if event.name in each.old.removed:
                yield breach(f"{event} was removed for good", each.place(event), old=each.old, new=event)


RULE = BreakingRule(
    id="removed-name-reused",
    level=Level.POLICY,
    summary="A name that was given up for good is used again.",
    why="Clients of long ago take the new one for what they knew.",
    fix="Give it another name.",
    check=_check,
    breaking=(
        """\
channels:
  room: { address: room, removed: [wave], events: {} }
""",
        """\
channels:
  room: { address: room, events: { wave: { from: client } } }
""",
    ),
    harmless=(
        """\
channels:
  room: { address: room, removed: [wave], events: {} }
""",
        """\
channels:
  room: { address: room, removed: [wave], events: { greet: { from: client } } }
""",
    ),
)
