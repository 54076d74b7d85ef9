"""Findings that a project had when it began with rtgen: known, and not shown until they are repaired.

Lines are not kept, so that an edit elsewhere changes nothing; of equal findings their number is.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rtgen.source.finding import Finding, Severity

VERSION = 1
_KEYS = {"rule": str, "file": str, "message": str, "count": int}


class BaselineError(Exception):
    """A baseline's text is not what `written` makes."""


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """What makes two findings the same one. `file` is relative to the project's folder."""

    file: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """How often each known finding may be there."""

    counts: Counter[Known] = field(default_factory=Counter)

    def split(
        self, findings: Iterable[Finding], named: Callable[[str], str]
    ) -> tuple[tuple[Finding, ...], tuple[Known, ...]]:
        """The findings that are new, and what is known and no longer there. `named` gives a file its project name."""
        left = Counter(self.counts)
        fresh = []
        for finding in findings:
            known = known_as(finding, named)
            if left[known] and can_be_known(finding):
                left[known] -= 1
            else:
                fresh.append(finding)
        return tuple(fresh), tuple(sorted(known for known, count in left.items() if count))


def can_be_known(finding: Finding) -> bool:
    """Whether a finding may be left out from now on. What leaves a server open is told every time."""
    return finding.rule != "unserved-construct" or finding.severity is not Severity.ERROR


def known_as(finding: Finding, named: Callable[[str], str]) -> Known:
    """What a baseline keeps of a finding."""
    return Known(named(finding.span.file), finding.rule, finding.message)


def read_baseline(text: str) -> Baseline:
    """A baseline from its text.

    Raises:
        BaselineError: The text is something else; says why.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise BaselineError("it is not JSON") from problem
    if not isinstance(found, dict) or found.get("version") != VERSION or not isinstance(found.get("findings"), list):
        raise BaselineError("it is not a baseline that this version writes")
    counts: Counter[Known] = Counter()
    for each in found["findings"]:
        if not isinstance(each, dict) or not all(isinstance(each.get(key), kind) for key, kind in _KEYS.items()):
            raise BaselineError("one of its findings lacks a rule, a file, a message or a count")
        if each["count"] < 1:
            raise BaselineError("one of its findings has a count below 1")
        counts[Known(each["file"], each["rule"], each["message"])] += each["count"]
    return Baseline(counts)


def written(findings: Iterable[Finding], named: Callable[[str], str]) -> str:
    """The text of a baseline with these findings, one a line, so that a repair is a line that goes."""
    counts = Counter(known_as(finding, named) for finding in findings if can_be_known(finding))
    lines = ",\n".join(
        "    " + json.dumps({"file": known.file, "rule": known.rule, "message": known.message, "count": count})
        for known, count in sorted(counts.items())
    )
    body = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {body}\n}}\n'
