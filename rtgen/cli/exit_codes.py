"""What a run's exit code says."""

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """The codes, documented in every verb's help."""

    CLEAN = 0
    FINDINGS = 1
    MISUSE = 2
    OUT_OF_DATE = 3
    BREAKING = 4
    OUR_FAULT = 70


_WORST_FIRST = (ExitCode.OUR_FAULT, ExitCode.MISUSE, ExitCode.FINDINGS, ExitCode.BREAKING, ExitCode.OUT_OF_DATE)

HELP = """\b
Exit codes:
  0   clean; warnings alone too
  1   a contract has errors
  2   usage, configuration, or a file in the way in an output folder
  3   --check found something out of date, or not in its canonical form
  4   a change breaks somebody
  70  rtgen failed; please report it
"""


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The one code for a run that several hold for."""
    found = frozenset(codes)
    return next((code for code in _WORST_FIRST if code in found), ExitCode.CLEAN)
