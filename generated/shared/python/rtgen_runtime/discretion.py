"""What the contract calls sensitive is not told on: not its value, and not the names inside it.

Places are JSON pointers (RFC 6901) in which a step `*` stands for any one step and `**` for any number of them.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from rtgen_runtime.errors import Issue

REDACTED: Final = "[redacted]"
_NAMELESS: Final = "must not have other properties"


def discreet(issues: Iterable[Issue], sensitive: Sequence[str]) -> list[Issue]:
    """The issues, each once; those inside of a sensitive value are told of the value as a whole."""
    if not sensitive:
        return list(issues)
    patterns = [_steps(each) for each in sensitive]
    return list(dict.fromkeys(_told(each, patterns) for each in issues))


def redacted(value: Any, sensitive: Sequence[str]) -> Any:
    """A plain value (dicts, lists, scalars) with `[redacted]` in every sensitive place."""
    if not sensitive:
        return value
    return _without(value, [_steps(each) for each in sensitive], [])


def _without(
    value: Any, patterns: Sequence[Sequence[str]], steps: Sequence[str]
) -> Any:
    if any(_depth(each, steps) is not None for each in patterns):
        return REDACTED
    match value:
        case dict():
            return {
                name: _without(member, patterns, [*steps, _as_step(name)])
                for name, member in value.items()
            }
        case list():
            return [
                _without(item, patterns, [*steps, str(index)])
                for index, item in enumerate(value)
            ]
    return value


def _as_step(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _told(issue: Issue, patterns: Sequence[Sequence[str]]) -> Issue:
    steps = _steps(issue.pointer)
    depths = [depth for each in patterns if (depth := _depth(each, steps)) is not None]
    if not depths:
        return issue
    place = "".join(f"/{step}" for step in steps[: min(depths)])
    names_one = issue.code == "additionalProperties"
    return Issue(place, issue.code, _NAMELESS if names_one else issue.message)


def _steps(pointer: str) -> list[str]:
    return pointer.split("/")[1:]


def _depth(pattern: Sequence[str], steps: Sequence[str]) -> int | None:
    """After how many steps a pattern is used up; `None` where it is not.

    Follows all ways at once, so that `**` costs no more than its length.
    """
    ways = _reached(pattern, (0,))
    for depth, step in enumerate((*steps, None)):
        if len(pattern) in ways:
            return depth
        going = [way for way in ways if step is not None]
        staying = [way for way in going if pattern[way] == "**"]
        moving = [way + 1 for way in going if pattern[way] in ("*", step)]
        ways = _reached(pattern, (*staying, *moving))
    return None


def _reached(pattern: Sequence[str], ways: Iterable[int]) -> set[int]:
    """`**` may stand for no step at all."""
    found: set[int] = set()
    for way in ways:
        here = way
        found.add(here)
        while here < len(pattern) and pattern[here] == "**":
            here += 1
            found.add(here)
    return found
