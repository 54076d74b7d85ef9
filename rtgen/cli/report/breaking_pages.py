"""Rules about two versions for people and for programs, printed from their records."""

from collections.abc import Iterator, Sequence
from typing import Any

import click

from rtgen.versions import BreakingRule, Level

_MEANS = {
    Level.WIRE: "fails: a message is refused",
    Level.POLICY: "fails: a promise about versions is not kept",
    Level.BEHAVIOUR: "warns: accepted, and means something else",
    Level.SOURCE: "warns: users' code has to follow",
}


def explained(rule: BreakingRule) -> Iterator[str]:
    """All that its record says, as lines for a terminal."""
    yield f"{click.style(rule.id, bold=True)}: {rule.level.value}, {_MEANS[rule.level]} (`rtgen breaking`)"
    yield f"  {rule.summary}"
    yield f"  {click.style('why:', fg='cyan')} {rule.why}"
    yield f"  {click.style('help:', fg='cyan')} {rule.fix}"
    for title, (old, new) in (("It breaks somebody:", rule.breaking), ("It breaks nobody:", rule.harmless)):
        yield from ("", title, "  # before", *_indented(old), "  # after", *_indented(new))
    yield from ("", "One place is accepted with a reason and a last day:")
    yield f"  rtgen breaking --accept {rule.id} --at PLACE --because TEXT --until DAY"


def _indented(piece: str) -> Iterator[str]:
    yield from (f"  {line}" for line in piece.splitlines())


def table(rules: Sequence[BreakingRule], width: int) -> Iterator[str]:
    """One line a rule."""
    yield "Rules of `rtgen breaking` and `rtgen diff`; wire and policy fail, the others warn:"
    yield from (f"  {each.id:<{width}}   {each.level.value:<9} {each.summary}" for each in rules)


def record(rule: BreakingRule) -> dict[str, Any]:
    """What `--format json` says of a rule."""
    (bad_old, bad_new), (good_old, good_new) = rule.breaking, rule.harmless
    return {
        "id": rule.id,
        "level": rule.level.value,
        "summary": rule.summary,
        "why": rule.why,
        "fix": rule.fix,
        "breaking": {"old": bad_old, "new": bad_new},
        "harmless": {"old": good_old, "new": good_new},
    }


def page(rules: Sequence[BreakingRule]) -> Iterator[str]:
    """The part of the documentation's page that is about two versions."""
    yield from ("", "## What breaks old versions", "")
    yield "`rtgen breaking` and `rtgen ci` compare with an old version by these rules; `versions.md` says how verdicts"
    yield "are reached. The levels `wire` and `policy` fail, `behaviour` and `source` warn; `--fail-on` chooses others."
    yield from ("", "| rule | level | about | why | instead |", "| --- | --- | --- | --- | --- |")
    for each in rules:
        cells = (each.id, each.level.value, each.summary, each.why, each.fix)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
