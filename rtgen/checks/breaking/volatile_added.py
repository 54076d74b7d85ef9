"""Rule `volatile-added`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.heard_events:
        if new.volatile and not old.volatile:
            yield breach(f"{old} may be dropped now", place, orders=SERVER_FIRST, old=old, new=new)


RULE = BreakingRule(
    id="volatile-added",
    level=Level.BEHAVIOUR,
    summary="An event may be dropped when a reader is slow.",
    why="Slow clients miss events that they used to get.",
    fix="Add an event that is volatile from the start.",
    check=_check,
    breaking=(
        """\
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
""",
        """\
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    volatile: true
""",
    ),
    harmless=(
        """\
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    volatile: true
""",
        """\
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
""",
    ),
)
