"""Address templates such as `rooms/{roomId}`: each parameter fills one whole segment."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rtgen.contract.model import Channel
from rtgen.source.finding import Finding, Related, error
from rtgen.source.nearest import did_you_mean
from rtgen.source.nodes import MappingNode, Scalar

_LITERAL = re.compile(r"[A-Za-z0-9._~-]+\Z")
_PARAMETER = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}\Z")


@dataclass(frozen=True, slots=True)
class Segment:
    """One part between slashes: a literal, or a parameter's name."""

    text: str
    is_parameter: bool


def segments(address: str) -> tuple[Segment, ...]:
    """The parts of a well-formed template."""
    made = []
    for part in address.split("/"):
        found = _PARAMETER.match(part)
        made.append(Segment(part, False) if found is None else Segment(found[1], True))
    return tuple(made)


def check_address(address: Scalar, declared: MappingNode | None) -> Iterator[Finding]:
    """Whether a template is well-formed and names exactly the declared parameters."""
    names: list[str] = []
    for part in address.text.split("/"):
        found = _PARAMETER.match(part)
        if found is not None:
            names.append(found[1])
        elif not _LITERAL.match(part):
            message = f"`{part}` can't be a part of an address"
            hint = "Between slashes stands either `{name}` or letters, digits, `.`, `_`, `~` and `-`."
            yield error("bad-address", message, address.span, hint)
    known = {} if declared is None else declared.entries
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) if known else f"Add `parameters: {{ {name}: {{ type: string }} }}`."
            yield error(
                "address-parameter", f"the address names `{{{name}}}`, which is no parameter", address.span, hint
            )
        if names.count(name) > 1:
            yield error("address-parameter", f"the address names `{{{name}}}` twice", address.span, "Rename one.")
    for entry in known.values():
        if entry.key not in names:
            message = f"the parameter `{entry.key}` is not in the address"
            yield error("address-parameter", message, entry.key_span, f"Put `{{{entry.key}}}` into `address`.")


def overlaps(channels: Sequence[Channel]) -> Iterator[Finding]:
    """Pairs of channels whose templates can give the same address, so that nobody could tell them apart."""
    by_length: dict[int, list[_Template]] = {}
    for channel in channels:
        parts = segments(channel.address)
        by_length.setdefault(len(parts), []).append(_Template(parts, channel))
    for group in by_length.values():
        for one, other in _candidates(group):
            first, second = one.channel, other.channel
            if _can_meet(one.parts, other.parts) and first.span and second.span:
                message = f"`{second.address}` and `{first.address}` of {first} can be the same address"
                related = (Related("the other", first.span),)
                yield error("address-overlap", message, second.span, "Begin one with another word.", related)


@dataclass(frozen=True, slots=True)
class _Template:
    parts: tuple[Segment, ...]
    channel: Channel


def _candidates(group: Sequence[_Template]) -> Iterator[tuple[_Template, _Template]]:
    """Pairs worth comparing: those that begin with the same word, and all with those that begin with a parameter."""
    by_word: dict[str, list[_Template]] = {}
    open_ended: list[_Template] = []
    for place, each in enumerate(group):
        begins_with = each.parts[0]
        same = [] if begins_with.is_parameter else by_word.setdefault(begins_with.text, [])
        earlier = group[:place] if begins_with.is_parameter else [*open_ended, *same]
        yield from ((known, each) for known in earlier)
        (open_ended if begins_with.is_parameter else same).append(each)


def _can_meet(one: Sequence[Segment], other: Sequence[Segment]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(left.is_parameter or right.is_parameter or left.text == right.text for left, right in pairs)
