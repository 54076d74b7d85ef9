"""What generated comments say in both languages, before they are escaped for one."""

from rtgen.schema.deprecation import Deprecation
from rtgen.schema.types import Notes


def paragraphs(*parts: str) -> str:
    """Paragraphs of a comment, without the empty ones."""
    return "\n\n".join(each for each in parts if each)


def going(deprecation: Deprecation | None) -> str:
    """That something is going away, as a sentence; empty where it stays."""
    if deprecation is None:
        return ""
    return f"Deprecated: {deprecation.words}." if deprecation.words else "Deprecated."


def about_values(notes: Notes) -> str:
    """What the contract says about each value of an enum, as a list."""
    leaving = dict(notes.going)
    said = ((value, " ".join([*words.split(), *going(leaving.get(value)).split()])) for value, words in notes.values)
    return "\n".join(f"- `{value}`: {words}".removesuffix(": ") for value, words in said)
