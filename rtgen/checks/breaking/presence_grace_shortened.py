"""Rule `presence-grace-shortened`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.channels:
        old, new = channel.old.presence, channel.new.presence
        if old is not None and new is not None and new.grace < old.grace:
            message = f"grace: {old.grace:g} s → {new.grace:g} s"
            yield breach(message, channel.place(), orders=SERVER_FIRST, old=channel.old, new=channel.new)


RULE = BreakingRule(
    id="presence-grace-shortened",
    level=Level.BEHAVIOUR,
    summary="Who has lost the connection is told to be gone sooner.",
    why="Reconnects that nobody saw are seen now as going and coming.",
    fix="Keep it as long as a usual reconnect takes.",
    check=_check,
    breaking=(
        """\
presence: { state: { type: object, properties: { name: { type: string } } }, grace: 20s }
events: {}
""",
        """\
presence: { state: { type: object, properties: { name: { type: string } } }, grace: 5s }
events: {}
""",
    ),
    harmless=(
        """\
presence: { state: { type: object, properties: { name: { type: string } } }, grace: 5s }
events: {}
""",
        """\
presence: { state: { type: object, properties: { name: { type: string } } }, grace: 20s }
events: {}
""",
    ),
)
