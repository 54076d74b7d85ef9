"""Rule `latest-removed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.server_events:
        if old.latest and old.latest != new.latest:
            message = "the newest value is kept differently" if new.latest else "no newest value is kept any more"
            yield breach(message, place, orders=SERVER_FIRST, old=old, new=new)


RULE = BreakingRule(
    id="latest-removed",
    level=Level.BEHAVIOUR,
    summary="The newest value is no longer given to who joins, or is kept by another property.",
    why="Clients that join see nothing until the next one comes.",
    fix="Keep it, or add an event of its own.",
    check=_check,
    breaking=(
        """\
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    latest: true
""",
        """\
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
""",
    ),
    harmless=(
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
    latest: true
""",
    ),
)
