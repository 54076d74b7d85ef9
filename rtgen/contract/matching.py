"""What two versions of a contract have in common: things of one name, and those that tell an earlier one (`was`)."""

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Named(Protocol):
    """A part of a contract that can be renamed."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def was(self) -> tuple[str, ...]:
        """What earlier versions called it, the newest name first."""
        ...


N = TypeVar("N", bound=Named)


def matched(old: Sequence[N], new: Sequence[N]) -> tuple[tuple[N, N], ...]:
    """What is in both, in the old version's order: by name, else by the newest earlier name that the old one has."""
    theirs = {each.name: each for each in new}
    mine = {each.name for each in old}
    renamed: dict[str, N] = {}
    for each in new:
        before = next((name for name in each.was if name in mine), None)
        if each.name not in mine and before is not None:
            renamed.setdefault(before, each)
    found = ((each, theirs.get(each.name) or renamed.get(each.name)) for each in old)
    return tuple((each, other) for each, other in found if other is not None)
