"""Rule `relay-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, breach
from rtgen.contract.model import ClientEvent, RelayEvent


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.events:
        match old, new:
            case (ClientEvent(), RelayEvent()) | (RelayEvent(), ClientEvent()):
                how = "relayed" if isinstance(new, RelayEvent) else "handled, not relayed,"
                yield breach(f"{old} is {how} now", place, old=old, new=new)


RULE = BreakingRule(
    id="relay-changed",
    level=Level.BEHAVIOUR,
    summary="A client's event is relayed now, or no longer.",
    why="What was handled goes past the handler to the others, or nobody hears it any more.",
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
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    relay: true
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    relay: true
""",
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    relay: true
    volatile: true
""",
    ),
)
