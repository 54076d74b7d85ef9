"""What generated comments say in both languages, before they are escaped for one."""

from rtgen.contract.model import Channel, ClientEvent, Event, RelayEvent, ServerEvent
from rtgen.schema.deprecation import Deprecation
from rtgen.schema.types import Notes


def paragraphs(*parts: str) -> str:
    """Paragraphs of a comment, without the empty ones."""
    return "\n\n".join(each for each in parts if each)


def behind(event: Event) -> str:
    """That an event stands behind a flag, as a sentence; empty where it does not."""
    if not event.flag:
        return ""
    off = "refused with `flag_off` where that is off"
    match event:
        case ClientEvent():
            return f"Behind the flag `{event.flag}`: {off}."
        case RelayEvent():
            return f"Behind the flag `{event.flag}`: {off}, and heard only by members who have it."
        case ServerEvent():
            return f"Behind the flag `{event.flag}`: only members who have it get it."


def behind_channel(channel: Channel) -> str:
    """The same of a channel."""
    if not channel.flag:
        return ""
    return f"Behind the flag `{channel.flag}`: joining is refused with `flag_off` where that is off."


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
