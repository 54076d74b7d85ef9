"""Rule `confusable-name`."""

import re
import unicodedata
from collections.abc import Iterator

from rtgen.checks.parts import once
from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.types import LiteralType
from rtgen.source.finding import Severity

_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN"})


def _mixes(text: str) -> bool:
    """Whether one word of a text has letters of two scripts."""
    return any(len(_scripts(word)) > 1 for word in re.findall(r"[^\W\d_]+", text))


def _scripts(word: str) -> frozenset[str]:
    return frozenset(unicodedata.name(char, "").partition(" ")[0] for char in word) & _SCRIPTS


def _check(subject: Subject) -> Iterator[Problem]:
    for named, each in subject.properties:
        if _mixes(each.name) and each.span is not None:
            yield Problem(f"`{each.name}` of `{named.name}` mixes letters of two scripts", each.span)
    for part in once(subject.parts):
        for value in part.node.values if isinstance(part.node, LiteralType) else ():
            if isinstance(value, str) and _mixes(value):
                yield Problem(
                    f"the value `{value}` of {part.label} mixes letters of two scripts", part.span, part.related
                )


RULE = Rule(
    id="confusable-name",
    severity=Severity.WARNING,
    summary="A name or an enum value that mixes letters of two scripts.",
    why="A Cyrillic letter among Latin ones looks right and equals nothing that anybody types.",
    fix="Type the name again on one keyboard layout.",
    check=_check,
    bad="""\
schemas:
  State: { enum: [open, "cl\\u043esed"] }
""",
    good="""\
schemas:
  State: { enum: [open, closed] }
""",
)
