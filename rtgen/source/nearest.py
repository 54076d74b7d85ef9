"""The known name a user most likely meant."""

from collections.abc import Iterable
from difflib import get_close_matches

from rtgen.source.finding import Edit
from rtgen.source.span import Span


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like `name`, or `None` when none is near."""
    by_lower = {each.lower(): each for each in sorted(known, reverse=True)}
    if name.lower() in by_lower:
        return by_lower[name.lower()]
    found = get_close_matches(name.lower()[:80], by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint: the nearest known name, else the list of all of them."""
    names = sorted(known)
    found = nearest(name, names)
    if found is not None:
        return f"Did you mean `{found}`?"
    return "Known here: " + ", ".join(f"`{each}`" for each in names) + "." if names else ""


def respelt(name: str, known: Iterable[str], span: Span, taken: Iterable[str] = ()) -> Edit | None:
    """The edit that corrects a slip of the keyboard: one known name is very near, and it is not `taken`."""
    by_lower = {each.lower(): each for each in known}
    found = get_close_matches(name.lower()[:80], by_lower, n=2, cutoff=0.75)
    if len(found) != 1 or by_lower[found[0]] in taken:
        return None
    return Edit(span, by_lower[found[0]])
