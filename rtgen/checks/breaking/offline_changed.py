"""Rule `offline-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.sent_events:
        if old.offline != new.offline:
            yield breach(f"offline: {old.offline} → {new.offline}", place, old=old, new=new)


RULE = BreakingRule(
    id="offline-changed",
    level=Level.BEHAVIOUR,
    summary="What becomes of an event without a connection changed.",
    why="Users lose what was kept, or find sent what was refused.",
    fix="Give the new behaviour to a new event.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    offline: queue
""",
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    offline: drop
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    offline: queue
""",
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    offline: queue
    limit: 10/s
""",
    ),
)
