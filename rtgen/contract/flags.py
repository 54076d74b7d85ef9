"""Flags: what is on for some people, by itself or as one of several variants; `flags:` of a contract."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from rtgen.schema.deprecation import Deprecation, deprecation_of
from rtgen.source.nodes import MappingNode, Node, Scalar, Sequence
from rtgen.source.span import Span


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the values that a flag has where it is on; one of twice the weight is had by twice as many people."""

    name: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Flag:
    """An entry of `flags:`. It is on for `percent` of a hundred people, always the same ones.

    Without variants it is true or false; with variants its value is the name of one. Who has it not gets `default`.
    """

    name: str
    description: str = ""
    percent: float = 0.0
    variants: tuple[Variant, ...] = ()
    default: str = ""
    """The variant of those who have it not; empty for `false`."""
    since: str = ""
    """The version of the contract that it came with; empty where nobody said."""
    deprecation: Deprecation | None = None
    span: Span | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"flag `{self.name}`"

    @property
    def has_variants(self) -> bool:
        """Whether its value is more than true or false."""
        return bool(self.variants)

    @property
    def can_be_off(self) -> bool:
        """Whether `false` is a value of it, so that something can stand behind it."""
        return not self.default

    @property
    def values(self) -> tuple[bool | str, ...]:
        """All that it can be; first what it is for those who have it not."""
        if not self.variants:
            return (False, True)
        names = tuple(each.name for each in self.variants)
        if not self.default:
            return (False, *names)
        return (self.default, *(each for each in names if each != self.default))


def flags_of(root: MappingNode) -> Iterator[Flag]:
    """The flags of a contract, in its order."""
    flags = root.get("flags")
    for entry in flags if isinstance(flags, MappingNode) else ():
        node = entry.value
        if isinstance(node, MappingNode):
            yield Flag(
                entry.key,
                _text(node.get("description")),
                _number(node.get("percent"), 0.0),
                tuple(variants_of(node)),
                _text(node.get("default")),
                _text(node.get("since")),
                deprecation_of(node),
                entry.key_span,
            )


def variants_of(node: MappingNode) -> Iterator[Variant]:
    """The variants of a flag: a list, where all weigh the same, or an object of weights."""
    given = node.get("variants")
    if isinstance(given, Sequence):
        yield from (Variant(each.text) for each in given.items if isinstance(each, Scalar))
    elif isinstance(given, MappingNode):
        yield from (Variant(entry.key, _number(entry.value, 1.0)) for entry in given)


def _text(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def _number(node: Node | None, otherwise: float) -> float:
    value = node.value if isinstance(node, Scalar) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise
