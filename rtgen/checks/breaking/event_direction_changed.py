"""Rule `event-direction-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, breach
from rtgen.contract.model import ServerEvent


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.events:
        if isinstance(old, ServerEvent) != isinstance(new, ServerEvent):
            who = "the server" if isinstance(new, ServerEvent) else "clients"
            yield breach(f"{old} is sent by {who} now", place, old=old, new=new)


RULE = BreakingRule(
    id="event-direction-changed",
    level=Level.WIRE,
    summary="An event is sent by the other side now.",
    why="Old clients send what is refused, or wait for what does not come.",
    fix="Give the new event a new name.",
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
  say:
    from: server
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
    description: Somebody speaks.
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
""",
    ),
)
