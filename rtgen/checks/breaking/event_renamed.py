"""Rule `event-renamed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.events:
        if old.name != new.name:
            yield breach(f"`{old.name}` is called `{new.name}` now", place, old=old, new=new)


RULE = BreakingRule(
    id="event-renamed",
    level=Level.WIRE,
    summary="An event has another name.",
    why="The name is on the wire: each version refuses, or does not hear, what the other calls it.",
    fix="Add an event with the new name, and keep the old one, `deprecated`, until its sunset.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
""",
        """\
events:
  tell:
    from: client
    was: say
    payload: { type: object, required: [text], properties: { text: { type: string } } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
""",
        """\
events:
  say:
    from: client
    was: speak
    payload: { type: object, required: [text], properties: { text: { type: string } } }
""",
    ),
)
