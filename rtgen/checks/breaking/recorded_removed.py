"""Rule `recorded-removed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.server_events:
        if old.recorded and not new.recorded:
            message = f"{old} is not recorded any more"
            yield breach(message, place, orders=SERVER_FIRST, old=old, new=new)


RULE = BreakingRule(
    id="recorded-removed",
    level=Level.BEHAVIOUR,
    summary="An event is no longer kept in the history.",
    why="Clients that come back do not get what they missed, and nobody tells them.",
    fix="Keep it recorded; shorten the history if it grows too large.",
    check=_check,
    breaking=(
        """\
history: { keep: 100, for: 1d }
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    recorded: true
""",
        """\
history: { keep: 100, for: 1d }
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
  kept:
    from: server
    recorded: true
""",
    ),
    harmless=(
        """\
history: { keep: 100, for: 1d }
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
  kept:
    from: server
    recorded: true
""",
        """\
history: { keep: 100, for: 1d }
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    recorded: true
  kept:
    from: server
    recorded: true
""",
    ),
)
