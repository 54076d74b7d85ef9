"""Ignores in a contract itself: `# rtgen-ignore: <rule>[, <rule>] until 2027-03-01 because <reason>`."""

import re
from collections.abc import Iterable
from datetime import date

from rtgen.checks.registry import rule_ids
from rtgen.checks.settings import Ignore, names_a_rule
from rtgen.contract.resolve import REMARK
from rtgen.source.comments import Comment
from rtgen.source.finding import Finding, warning
from rtgen.source.nearest import did_you_mean

_SHAPE = re.compile(
    REMARK + r":[ \t]*(?P<rules>[^\s,]+(?:[ \t]*,[ \t]*[^\s,]+)*)"
    r"(?:[ \t]+until[ \t]+(?P<until>\S+))?(?:[ \t]+because[ \t]+(?P<because>\S.*))?\Z"
)
_EXAMPLE = f"Write `# {REMARK}: <rule> until 2027-03-01 because <reason>`."


def read_ignores(found: Iterable[Comment]) -> tuple[tuple[Ignore, ...], tuple[Finding, ...]]:
    """The ignores that comments ask for, each once, and what is wrong with the others."""
    ignores: dict[Ignore, None] = {}
    findings: dict[Finding, None] = {}
    for comment in found:
        made = _read(comment)
        if isinstance(made, Ignore):
            ignores[made] = None
        else:
            findings[made] = None
    return tuple(ignores), tuple(findings)


def _read(comment: Comment) -> Ignore | Finding:
    parts = _SHAPE.match(comment.text)
    if parts is None:
        return _malformed("this ignore can't be read", comment)
    until, because = parts["until"], parts["because"]
    if until is None:
        return _malformed("this ignore has no last day", comment)
    if because is None:
        return _malformed("this ignore has no reason", comment)
    try:
        day = date.fromisoformat(until)
    except ValueError:
        return _malformed(f"`{until}` is no day of the calendar", comment)
    names = tuple(name.strip() for name in parts["rules"].split(","))
    for name in names:
        if not names_a_rule(name, rule_ids()):
            return _malformed(f"no rule is called `{name}`", comment, did_you_mean(name, rule_ids()))
    return Ignore(comment.span.file, names, because, day, comment.span, comment.line)


def _malformed(message: str, comment: Comment, hint: str = _EXAMPLE) -> Finding:
    return warning("ignore-malformed", message, comment.span, hint)
