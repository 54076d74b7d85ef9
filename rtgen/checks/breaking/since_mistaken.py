"""Rule `since-mistaken`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Place, breach
from rtgen.checks.evolution.semver import numbers
from rtgen.contract.model import Channel, Event


def _check(pair: Pair) -> Iterator[Breach]:
    added: list[tuple[Place, Channel | Event]] = [(Place(each.name), each) for each in pair.added]
    added += [(channel.place(event), event) for channel in pair.channels for event in channel.added]
    for place, new in added:
        if new.since and numbers(new.since) != numbers(pair.new.version):
            message = f"{new} is new in {pair.new.version}, and says `since: {new.since}`"
            yield breach(message, place, old=pair.old, new=new)


RULE = BreakingRule(
    id="since-mistaken",
    level=Level.POLICY,
    summary="Something new says that it came with another version.",
    why="Who reads `since` asks servers for what they don't have, or doesn't use what they do.",
    fix="Write the version that the contract has now.",
    check=_check,
    breaking=(
        """\
version: 1.0.0
events: {}
""",
        """\
version: 1.1.0
events:
  say: { from: client, since: 1.0.0 }
""",
    ),
    harmless=(
        """\
version: 1.0.0
events: {}
""",
        """\
version: 1.1.0
events:
  say: { from: client, since: 1.1.0 }
""",
    ),
)
