"""What the suite's index file says. Its exit code says nothing: it is 0 also when the server refused to talk."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

BEHAVIOR: Final = frozenset({"OK", "NON-STRICT", "INFORMATIONAL"})
CLOSE: Final = frozenset({"OK", "INFORMATIONAL"})

_LIBRARY: Final[Mapping[str, str]] = {
    "7.1.5": "a close within an unfinished message: answered 1002 for that message, where 1000 is wanted",
    "9.3.1": "4 MiB in 65,536 fragments: the library takes no more than 4,096 to a message",
    "9.3.2": "the same, 16,384 fragments",
    "9.3.3": "the same, 4,096 fragments and the one that ends it",
    "9.4.1": "as 9.3.1, binary",
    "9.4.2": "as 9.3.2, binary",
    "9.4.3": "as 9.3.3, binary",
}
"""Cases that the `websockets` library may fail, each with its reason."""

_COMPRESSION: Final = ("12.*", "13.*")
"""Off by default: one compressor a connection would cost more than the frames."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one agent is to pass: at least so many cases, and what may fail of them."""

    least: int
    cases: tuple[str, ...] = ("*",)
    excluded: tuple[str, ...] = _COMPRESSION
    exceptions: Mapping[str, str] = field(default_factory=dict)


RUNS: Final[Mapping[str, Run]] = {
    "native": Run(301),
    "native-compressing": Run(90, ("12.*",), ()),
    "native-offers": Run(126, ("13.*",), ()),
    "websockets": Run(301, exceptions=_LIBRARY),
    "asgi": Run(301, exceptions=_LIBRARY),
}
"""By agent: a transport, and how it is set. Groups 1 to 7, 9 and 10 have 301 cases; those of 12 compress texts of all
kinds, those of 13 what clients may ask of compression."""


@dataclass(slots=True)
class Judgement:
    """Of one agent."""

    least: int

    behaviors: Counter[str] = field(default_factory=Counter)
    excused: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether nothing failed that has no reason, and the suite did talk to the server."""
        return not self.failed and self.behaviors.total() >= self.least


def judge(run: Run, cases: Mapping[str, Mapping[str, Any]]) -> Judgement:
    """Judge one agent of `index.json`: its cases by name."""
    judgement = Judgement(run.least)
    for case, result in cases.items():
        behavior, close = result["behavior"], result["behaviorClose"]
        judgement.behaviors[behavior] += 1
        if behavior in BEHAVIOR and close in CLOSE:
            continue
        words = f"{behavior}, close {close}"
        if case in run.exceptions:
            judgement.excused[case] = f"{words}: {run.exceptions[case]}"
        else:
            judgement.failed[case] = words
    return judgement
