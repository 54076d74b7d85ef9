"""`--check`: what a run would change, as a person reads it."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from rtgen.output.manifest import NAME
from rtgen.output.plan import Change, Plan

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Drift:
    """One file that is not what the contracts say. `state` is `missing`, `changed` or `stale`."""

    path: str
    state: str
    diff: str


def drift(plan: Plan) -> Iterator[Drift]:
    """The differences of one folder, in the order of their paths."""
    changes = sorted(plan.changes, key=lambda change: change.shown)
    content = [change for change in changes if change.path.name != NAME]
    for change in content or changes:
        yield Drift(change.shown, _state(change), _diff(change))


def _state(change: Change) -> str:
    if change.before is None:
        return "missing"
    return "stale" if change.after is None else "changed"


def _diff(change: Change) -> str:
    """A unified diff from what stands there to what should; nothing for files that come or go whole."""
    if change.before is None or change.after is None:
        return ""
    before = change.before.decode("utf-8", errors="replace").splitlines()
    after = change.after.decode("utf-8", errors="replace").splitlines()
    lines = list(difflib.unified_diff(before, after, change.shown, f"{change.shown} (generated)", lineterm=""))
    if len(lines) > _LONGEST:
        lines = [*lines[:_LONGEST], f"… {len(lines) - _LONGEST} more lines"]
    return "\n".join(lines)
