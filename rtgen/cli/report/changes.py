"""What changed between two versions, for people and for programs."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import click

from rtgen.cli.comparing import Compared, Comparison
from rtgen.cli.report.json_report import VERSION, place_of
from rtgen.cli.report.values import on_one_line
from rtgen.versions import Found, Level, Order, Verdict, suggested_version

_COLOURS = {Verdict.BREAKING: "red", Verdict.UNDECIDED: "yellow", Verdict.SAFE: "green"}
_BREAKS = {
    Level.WIRE: ("breaks messages", "break messages"),
    Level.BEHAVIOUR: ("means something else", "mean something else"),
    Level.SOURCE: ("asks for other code", "ask for other code"),
    Level.POLICY: ("breaks a promise", "break promises"),
}
_UNDECIDED = {
    "pattern-changed": "patterns can't be compared but by examples",
    "format-changed": "formats can't be compared but by examples",
}
_ORDERS = {
    Order.SERVER_FIRST: "when the server is deployed first",
    Order.CLIENT_FIRST: "when clients are deployed first",
}


def text(comparison: Comparison) -> Iterator[str]:
    """A changelog for a terminal, with colours (`click.echo` drops them where there is no terminal)."""
    for pair in comparison.pairs:
        yield click.style(_title(pair), bold=True) + (f" (was {pair.moved_from})" if pair.moved_from else "")
        for place, group in _grouped(pair.found):
            yield ""
            yield click.style(place, bold=True)
            for each in group:
                verdict = each.breach.verdict
                mark = click.style(f"{verdict.value:9}", fg=_COLOURS[verdict])
                yield f"  {mark} {_what(each)}  {click.style(f'{each.rule.id} ({each.rule.level.value})', dim=True)}"
                yield from (f"            {line}" for line in (*_why(each), *_edge(pair, each)))
        yield ""
        yield _sum(pair)
    yield from _alone(comparison)


def markdown(comparison: Comparison) -> Iterator[str]:
    """A changelog for a comment on a pull request."""
    for pair in comparison.pairs:
        yield f"## {_title(pair)}"
        for place, group in _grouped(pair.found):
            yield ""
            yield f"### {_code(place)}"
            for each in group:
                mark = "" if each.breach.verdict is Verdict.SAFE else f"**{each.breach.verdict.value}** "
                yield f"- {mark}{_escaped(_what(each))} ({each.rule.level.value}, `{each.rule.id}`)"
                yield from (f"  - {_escaped(line)}" for line in (*_why(each), *_edge(pair, each)))
        yield ""
        yield _sum(pair)
    yield from (f"- {line}" for line in _alone(comparison))


def document(comparison: Comparison, exit_code: int) -> dict[str, Any]:
    """The same for a program."""
    return {
        "version": VERSION,
        "exit": exit_code,
        "contracts": [
            {
                "contract": pair.new.name,
                "old": pair.old.version,
                "new": pair.new.version,
                "suggested": suggested_version(pair.old, pair.new, pair.found),
                "changes": [_change(pair, each) for each in pair.found],
            }
            for pair in comparison.pairs
        ],
        "added": [each.name for each in comparison.added],
        "removed": [each.name for each in comparison.removed],
    }


def _change(pair: Compared, found: Found) -> dict[str, Any]:
    breach = found.breach
    crossing, shown = breach.crossing, breach.shown
    return {
        "rule": found.rule.id,
        "level": found.rule.level.value,
        "verdict": breach.verdict.value,
        "converted": pair.is_converted(found, {Order.SERVER_FIRST}),
        "orders": [each.value for each in breach.orders],
        "channel": breach.place.channel,
        "event": breach.place.event,
        "part": breach.place.part,
        "pointer": breach.place.pointer,
        "message": breach.message,
        "sender": crossing.sender if crossing else None,
        "reader": crossing.reader if crossing else None,
        "shown": {"value": shown.value, "pointer": shown.pointer, "keyword": shown.word} if shown else None,
        "until": breach.until.isoformat() if breach.until else None,
        "old": place_of(breach.old_span) if breach.old_span else None,
        "new": place_of(breach.new_span) if breach.new_span else None,
    }


def explained(found: Found) -> str:
    """A change as a message of some lines: what, whom it breaks, and by what."""
    return "\n".join([f"{found.breach.place}: {_message(found)}", *_why(found)])


def _title(pair: Compared) -> str:
    return f"{pair.new.name} {pair.old.version} → {pair.new.version}"


def _sum(pair: Compared) -> str:
    changes = [each for each in pair.found if not each.rule.sums_up]
    if not changes:
        return (
            "Nothing changed."
            if pair.old.hash == pair.new.hash
            else "Nothing that is sent changed, only words and names."
        )
    suggested = suggested_version(pair.old, pair.new, pair.found)
    said = "; ".join(_counted(changes)) or "none of them breaks anybody"
    return f"{len(changes)} change{'' if len(changes) == 1 else 's'}: {said}. The next version is {suggested}."


def _counted(changes: Iterable[Found]) -> Iterator[str]:
    """`2 break messages; 1 undecided`, by what breaks with the server first."""
    breaking = [each for each in changes if each.breach.verdict is Verdict.BREAKING]
    counts = Counter(each.rule.level for each in breaking if Order.SERVER_FIRST in each.breach.orders)
    for level, words in _BREAKS.items():
        if counts[level]:
            yield f"{counts[level]} {words[counts[level] > 1]}"
    undecided = sum(each.breach.verdict is Verdict.UNDECIDED for each in changes)
    if undecided:
        yield f"{undecided} undecided"
    rest = len(breaking) - counts.total()
    if rest:
        yield f"{rest} only where clients are deployed first"


def _alone(comparison: Comparison) -> Iterator[str]:
    for each in comparison.added:
        yield f"{each.name} {each.version} is a new contract."
    for each in comparison.removed:
        yield f"{each.name} {each.version} is gone."


def _grouped(found: Iterable[Found]) -> Iterator[tuple[str, list[Found]]]:
    """Changes by channel and event, in the order they come in."""
    for place, group in groupby(found, lambda each: (each.breach.place.channel, each.breach.place.event)):
        yield ".".join(each for each in place if each) or "contract", list(group)


def _what(found: Found) -> str:
    place = found.breach.place
    where = " ".join(each for each in (place.part, place.pointer) if each)
    return f"{where}: {_message(found)}" if where else _message(found)


def _message(found: Found) -> str:
    return found.breach.message


def _why(found: Found) -> Iterator[str]:
    """Whom a change breaks, when, and by what message."""
    breach = found.breach
    if breach.verdict is Verdict.SAFE:
        return
    when = f"{_ORDERS[breach.orders[0]]}, " if len(breach.orders) == 1 else ""
    crossing, shown = breach.crossing, breach.shown
    if shown is not None and crossing is not None:
        yield f"{when}{crossing.sender} sends {on_one_line(shown.value, shown.pointer)}"
        yield f"and {crossing.reader} refuses it{f' at {shown.pointer}' if shown.pointer else ''} ({shown.word})"
    elif breach.verdict is Verdict.UNDECIDED and crossing is not None:
        yield f"{when}{crossing.reader} may refuse what {crossing.sender} sends"
        yield f"{_UNDECIDED.get(found.rule.id, 'no proof was found')}, and no payload that was tried is refused"
    else:
        why = found.rule.why.rstrip(".")
        yield f"{when}{why[0].lower()}{why[1:]}"
    if breach.until is not None:
        yield f"records of before are kept until {breach.until}"


def _edge(pair: Compared, found: Found) -> Iterator[str]:
    """That a generated server makes up for it."""
    if pair.is_converted(found, {Order.SERVER_FIRST}):
        yield f"converted at the edge: the generated server serves clients of {pair.old.version}"


def _code(text: str) -> str:
    return f"`{text.replace('`', '')}`"


def _escaped(text: str) -> str:
    """Text of a contract within Markdown: nothing of it is a link, a tag or a heading."""
    return "".join(f"\\{char}" if char in "\\*_[]<>#|!" else char for char in text)
