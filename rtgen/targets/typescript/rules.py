"""The keywords that judge one value of a known type: the condition under which each fails, in the agreed order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from rtgen.schema.types import ArrayType, MapType, NumberType, ObjectType, StringType
from rtgen.targets.naming import pascal_case
from rtgen.targets.typescript.escapes import number, quoted

ASCII_FORMATS = frozenset(
    {"date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uri-reference", "uuid"}
)
"""Formats of ASCII only: a string that has one needs no look for characters that are cut in half."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A keyword, or two that limit the same: what is asked fails when `condition` holds.

    `told` is the method of a place that tells so, and its arguments; `uses` are the runtime's functions in the
    condition.
    """

    condition: str
    told: tuple[str, ...]
    uses: tuple[str, ...] = ()


def string_rules(node: StringType, value: str, pattern_constant: Callable[[str], str]) -> Iterator[Rule]:
    """Lengths in code points, pattern, format."""
    low, high = node.min_length, node.max_length
    if low and high is not None:
        limits = (value, str(low), str(high))
        yield Rule(f"!hasLength({', '.join(limits)})", ("length", *limits), ("hasLength",))
    elif low == 1:
        yield Rule(f'{value} === ""', _needs("minLength", "1"))
    elif low:
        yield Rule(f"!isAtLeast({value}, {low})", _needs("minLength", str(low)), ("isAtLeast",))
    elif high is not None:
        yield Rule(f"!isAtMost({value}, {high})", _needs("maxLength", str(high)), ("isAtMost",))
    if node.pattern is not None:
        constant = pattern_constant(node.pattern)
        yield Rule(f"!{constant}.test({value})", _needs("pattern", constant))
    if node.format is not None:
        function = format_function(node.format)
        yield Rule(f"!{function}({value})", _needs("format", quoted(node.format)), (function,))


def _needs(code: str, wanted: str) -> tuple[str, ...]:
    return ("needs", quoted(code), wanted)


def format_function(name: str) -> str:
    """The runtime's matcher: `date-time` → `isDateTime`."""
    return f"is{pascal_case(name)}"


def number_rules(node: NumberType, value: str) -> Iterator[Rule]:
    """Bounds and steps."""
    low, high = node.minimum, node.maximum
    if low is not None and high is not None and node.exclusive_minimum is node.exclusive_maximum is None:
        limits = (value, number(low), number(high))
        yield Rule(f"!isWithin({', '.join(limits)})", ("within", *limits), ("isWithin",))
        low = high = None
    if low is not None:
        yield Rule(f"{value} < {number(low)}", _needs("minimum", number(low)))
    if node.exclusive_minimum is not None:
        bound = number(node.exclusive_minimum)
        yield Rule(f"{value} <= {bound}", _needs("exclusiveMinimum", bound))
    if high is not None:
        yield Rule(f"{value} > {number(high)}", _needs("maximum", number(high)))
    if node.exclusive_maximum is not None:
        bound = number(node.exclusive_maximum)
        yield Rule(f"{value} >= {bound}", _needs("exclusiveMaximum", bound))
    if node.multiple_of is not None:
        yield _step(node.multiple_of, value, whole=node.integer)


def _step(step: Decimal, value: str, *, whole: bool) -> Rule:
    text = number(step)
    if whole and step == int(step):
        return Rule(f"{value} % {text} !== 0", _needs("multipleOf", text))
    return Rule(f"!isMultipleOf({value}, {text})", _needs("multipleOf", text), ("isMultipleOf",))


def array_rules(node: ArrayType, value: str) -> Iterator[Rule]:
    """Counts of items, and whether they differ."""
    if node.min_items:
        yield Rule(f"{value}.length < {node.min_items}", _needs("minItems", str(node.min_items)))
    if node.max_items is not None:
        yield Rule(f"{value}.length > {node.max_items}", _needs("maxItems", str(node.max_items)))
    if node.unique:
        yield Rule(f"!isUnique({value})", ("refuses", quoted("uniqueItems")), ("isUnique",))


def size_rules(node: MapType | ObjectType, value: str) -> Iterator[Rule]:
    """Counts of properties."""
    count = f"ownNames({value}).length"
    low, high = node.min_properties, node.max_properties
    if low:
        yield Rule(f"{count} < {low}", _needs("minProperties", str(low)), ("ownNames",))
    if high is not None:
        yield Rule(f"{count} > {high}", _needs("maxProperties", str(high)), ("ownNames",))
