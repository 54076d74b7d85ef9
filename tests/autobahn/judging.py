"""What the suite's index file says. Its exit code says nothing: it is 0 also when the server refused to talk."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

BEHAVIOR: Final = frozenset({"OK", "NON-STRICT", "INFORMATIONAL"})
CLOSE: Final = frozenset({"OK", "INFORMATIONAL"})
LEAST_CASES: Final = 290
"""Groups 1 to 7, 9 and 10 have 301."""

EXCEPTIONS: Final[Mapping[str, str]] = {
    "7.1.5": "a close within an unfinished message: answered 1002 for that message, where 1000 is wanted",
    "9.3.1": "4 MiB in 65,536 fragments: the library takes no more than 4,096 to a message",
    "9.3.2": "the same, 16,384 fragments",
    "9.3.3": "the same, 4,096 fragments and the one that ends it",
    "9.4.1": "as 9.3.1, binary",
    "9.4.2": "as 9.3.2, binary",
    "9.4.3": "as 9.3.3, binary",
}
"""Cases that may fail, each with its reason."""

EXCLUDED: Final = ("12.*", "13.*")
"""Compression, which is off by default: one compressor a connection would cost more than the frames."""


@dataclass(slots=True)
class Judgement:
    """Of one transport."""

    behaviors: Counter[str] = field(default_factory=Counter)
    excused: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether nothing failed that has no reason, and the suite did talk to the server."""
        return not self.failed and self.behaviors.total() >= LEAST_CASES


def judge(cases: Mapping[str, Mapping[str, Any]]) -> Judgement:
    """Judge one agent of `index.json`: its cases by name."""
    judgement = Judgement()
    for case, result in cases.items():
        behavior, close = result["behavior"], result["behaviorClose"]
        judgement.behaviors[behavior] += 1
        if behavior in BEHAVIOR and close in CLOSE:
            continue
        words = f"{behavior}, close {close}"
        if case in EXCEPTIONS:
            judgement.excused[case] = f"{words}: {EXCEPTIONS[case]}"
        else:
            judgement.failed[case] = words
    return judgement
