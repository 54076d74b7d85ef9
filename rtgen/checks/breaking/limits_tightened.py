"""Rule `limits-tightened`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, Place, breach
from rtgen.contract.units import written_size


def _check(pair: Pair) -> Iterator[Breach]:
    for word in ("frame", "channels", "outbox"):
        old, new = getattr(pair.old.limits, word), getattr(pair.new.limits, word)
        if new < old:
            message = f"`limits.{word}`: {_shown(word, old)} → {_shown(word, new)}"
            yield breach(message, Place(), orders=SERVER_FIRST, old=pair.old.limits, new=pair.new.limits)


def _shown(word: str, value: int) -> str:
    return str(value) if word == "channels" else written_size(value)


RULE = BreakingRule(
    id="limits-tightened",
    level=Level.BEHAVIOUR,
    summary="A connection may send less at once, join fewer channels, or lag behind less.",
    why="Old clients that keep to the old limits are refused or closed.",
    fix="Find out first what clients use; the metrics show it.",
    check=_check,
    breaking=(
        """\
limits: { frame: 64KiB }
events: {}
""",
        """\
limits: { frame: 32KiB }
events: {}
""",
    ),
    harmless=(
        """\
limits: { frame: 64KiB }
events: {}
""",
        """\
limits: { frame: 128KiB }
events: {}
""",
    ),
)
