"""Which step the version has to take for what changed, by Semantic Versioning 2.0.0.

Major: a message that old and new exchange is or may be refused, or means something else, when the server is deployed
first. What is undecided on the wire may break somebody, so it is no minor step.
Minor: anything else that a program can notice. Patch: words. Below 1.0.0 each step is one lower.
"""

from collections.abc import Iterable
from enum import IntEnum

from rtgen.checks.evolution.rule import Breach, Level, Verdict
from rtgen.checks.evolution.traffic import Order


class Step(IntEnum):
    """How far a version goes."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


def needed(found: Iterable[tuple[Level, Breach]], *, same: bool) -> Step:
    """The step for what was found; `same` where nothing at all is different, not even a word."""
    changes = list(found)
    if any(_is_major(level, breach) for level, breach in changes):
        return Step.MAJOR
    if changes:
        return Step.MINOR
    return Step.NONE if same else Step.PATCH


def _is_major(level: Level, breach: Breach) -> bool:
    unsafe = breach.verdict is Verdict.BREAKING or (breach.verdict is Verdict.UNDECIDED and level is Level.WIRE)
    return unsafe and Order.SERVER_FIRST in breach.orders and level in {Level.WIRE, Level.BEHAVIOUR}


def numbers(version: str) -> tuple[int, int, int]:
    """`1.10.0` as numbers; what stands behind a `-` or `+` does not count."""
    major, minor, patch = version.partition("+")[0].partition("-")[0].split(".")
    return int(major), int(minor), int(patch)


def taken(old: str, new: str) -> Step:
    """The step from one version to a later one."""
    before, after = numbers(old), numbers(new)
    for step, index in ((Step.MAJOR, 0), (Step.MINOR, 1), (Step.PATCH, 2)):
        if after[index] != before[index]:
            return step if after > before else Step.NONE
    return Step.NONE


def lowered(step: Step, version: str) -> Step:
    """The step as it counts below 1.0.0, where everything may change."""
    return Step(max(step - 1, min(step, Step.PATCH))) if numbers(version)[0] == 0 else step


def after(version: str, step: Step) -> str:
    """The version that a step leads to."""
    major, minor, patch = numbers(version)
    match step:
        case Step.MAJOR:
            return f"{major + 1}.0.0"
        case Step.MINOR:
            return f"{major}.{minor + 1}.0"
        case Step.PATCH:
            return f"{major}.{minor}.{patch + 1}"
        case Step.NONE:
            return version
