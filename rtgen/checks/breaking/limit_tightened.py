"""Rule `limit-tightened`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach
from rtgen.contract.model import RateLimit
from rtgen.contract.units import written_rate


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.sent_events:
        if new.limit is not None and (old.limit is None or _is_tighter(new.limit, old.limit)):
            message = f"limit: {_shown(old.limit)} → {_shown(new.limit)}"
            yield breach(message, place, orders=SERVER_FIRST, old=old, new=new)


def _is_tighter(new: RateLimit, old: RateLimit) -> bool:
    return new.count / new.seconds < old.count / old.seconds or new.burst < old.burst


def _shown(limit: RateLimit | None) -> str:
    return "none" if limit is None else written_rate(limit.count, limit.seconds, limit.burst)


RULE = BreakingRule(
    id="limit-tightened",
    level=Level.BEHAVIOUR,
    summary="Clients may send an event less often.",
    why="Old clients that keep to the old limit are refused.",
    fix="Slow the clients down first.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    limit: 10/s
""",
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    limit: 5/s
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    limit: 10/s
""",
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    limit: 20/s
""",
    ),
)
