"""Rule `parameter-renamed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.channels:
        old, new = channel.old.parameters, channel.new.parameters
        for before, after in zip(old, new, strict=False):
            if len(old) == len(new) and before.name != after.name:
                message = f"parameter `{before.name}` is called `{after.name}` now"
                yield breach(message, channel.place(), old=before, new=after)


RULE = BreakingRule(
    id="parameter-renamed",
    level=Level.SOURCE,
    summary="A parameter of an address has another name.",
    why="Addresses stay as they are; code that names the parameter no longer compiles.",
    fix="Keep the name.",
    check=_check,
    breaking=(
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
    harmless=(
        """\
address: rooms/{id}
parameters: { id: { type: string } }
events: {}
""",
        """\
address: rooms/{id}
parameters: { id: { type: string, maxLength: 99 } }
events: {}
""",
    ),
)
