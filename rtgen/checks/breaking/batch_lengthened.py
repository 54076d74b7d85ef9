"""Rule `batch-lengthened`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.server_events:
        if new.batch > old.batch:
            message = f"batch: {old.batch:g} s → {new.batch:g} s"
            yield breach(message, place, orders=SERVER_FIRST, old=old, new=new)


RULE = BreakingRule(
    id="batch-lengthened",
    level=Level.BEHAVIOUR,
    summary="An event may come later than before.",
    why="What was at most so late is later now, and more of it comes at once.",
    fix="Lengthen it only as far as the slowest reader may wait.",
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
    batch: 500ms
""",
    ),
    harmless=(
        """\
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    batch: 500ms
""",
        """\
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    batch: 100ms
""",
    ),
)
