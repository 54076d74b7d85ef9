"""Rule `history-shortened`."""

from collections.abc import Iterator
from math import inf

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach
from rtgen.contract.model import History
from rtgen.contract.units import written_duration, written_size


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.channels:
        old, new = channel.old.history, channel.new.history
        if old is not None and (new is None or _size(new) != tuple(map(max, _size(new), _size(old)))):
            message = "no history any more" if new is None else f"history: {_shown(old)} → {_shown(new)}"
            yield breach(message, channel.place(), orders=SERVER_FIRST, old=channel.old, new=channel.new)


def _size(history: History) -> tuple[float, float, float]:
    return history.keep, history.seconds, inf if history.bytes is None else history.bytes


def _shown(history: History) -> str:
    size = "" if history.bytes is None else f", {written_size(history.bytes)}"
    return f"{history.keep} for {written_duration(history.seconds)}{size}"


RULE = BreakingRule(
    id="history-shortened",
    level=Level.BEHAVIOUR,
    summary="A channel keeps less of its history.",
    why="Clients that were away for as long as before have to load everything anew.",
    fix="Shorten it when no client stays away so long.",
    check=_check,
    breaking=(
        """\
history: { keep: 100, for: 1d }
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    recorded: true
""",
        """\
history: { keep: 50, for: 1d }
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    recorded: true
""",
    ),
    harmless=(
        """\
history: { keep: 100, for: 1d }
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    recorded: true
""",
        """\
history: { keep: 100, for: 2d }
events:
  told:
    from: server
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    recorded: true
""",
    ),
)
