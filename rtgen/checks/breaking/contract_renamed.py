"""Rule `contract-renamed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Place, breach


def _check(pair: Pair) -> Iterator[Breach]:
    if pair.old.name != pair.new.name:
        message = f"`{pair.old.name}` → `{pair.new.name}`"
        yield breach(message, Place(), old=pair.old, new=pair.new)


RULE = BreakingRule(
    id="contract-renamed",
    level=Level.WIRE,
    summary="The contract has another name.",
    why="Clients say its name first; a server of another name refuses them.",
    fix="Keep the name; `title` may change.",
    check=_check,
    breaking=(
        """\
contract: one
events: {}
""",
        """\
contract: other
events: {}
""",
    ),
    harmless=(
        """\
title: One
events: {}
""",
        """\
title: Other
events: {}
""",
    ),
)
