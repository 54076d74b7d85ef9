"""Rule `conflate-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.heard_events:
        if new.conflate is not None and old.conflate != new.conflate:
            by = f"`{new.conflate.key}`" if new.conflate.key else "sender"
            yield breach(f"conflated by {by} now", place, orders=SERVER_FIRST, old=old, new=new)


RULE = BreakingRule(
    id="conflate-changed",
    level=Level.BEHAVIOUR,
    summary="Of several values only the newest may arrive now, or by another property.",
    why="Slow clients miss values in between that they used to get.",
    fix="Add an event that is conflated from the start.",
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
    conflate: { key: text }
""",
    ),
    harmless=(
        """\
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    conflate: { key: text }
""",
        """\
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
""",
    ),
)
