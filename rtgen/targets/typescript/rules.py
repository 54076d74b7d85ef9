"""The keywords that judge one value of a known type: the condition under which each fails, in the agreed order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from rtgen.schema.types import ArrayType, MapType, NumberType, ObjectType, StringType
from rtgen.targets.naming import pascal_case
from rtgen.targets.typescript.escapes import number


@dataclass(frozen=True, slots=True)
class Rule:
    """A keyword: it fails when `condition` holds. `uses` are the runtime's functions in it."""

    code: str
    condition: str
    message: str
    uses: tuple[str, ...] = ()


def string_rules(node: StringType, value: str, pattern_constant: Callable[[str], str]) -> Iterator[Rule]:
    """Lengths in code points, pattern, format."""
    if node.min_length == 1:
        yield Rule("minLength", f'{value} === ""', "must not be empty")
    elif node.min_length:
        message = f"must have at least {node.min_length} characters"
        yield Rule("minLength", f"!isAtLeast({value}, {node.min_length})", message, ("isAtLeast",))
    if node.max_length is not None:
        message = f"must have at most {node.max_length} characters"
        yield Rule("maxLength", f"!isAtMost({value}, {node.max_length})", message, ("isAtMost",))
    if node.pattern is not None:
        yield Rule("pattern", f"!{pattern_constant(node.pattern)}.test({value})", f"must match {node.pattern}")
    if node.format is not None:
        function = format_function(node.format)
        yield Rule("format", f"!{function}({value})", f"must be a valid {node.format}", (function,))


def format_function(name: str) -> str:
    """The runtime's matcher: `date-time` → `isDateTime`."""
    return f"is{pascal_case(name)}"


def number_rules(node: NumberType, value: str) -> Iterator[Rule]:
    """Bounds and steps."""
    low, high = node.minimum, node.maximum
    if low is not None:
        yield Rule("minimum", f"{value} < {number(low)}", f"must be at least {number(low)}")
    if node.exclusive_minimum is not None:
        bound = number(node.exclusive_minimum)
        yield Rule("exclusiveMinimum", f"{value} <= {bound}", f"must be more than {bound}")
    if high is not None:
        yield Rule("maximum", f"{value} > {number(high)}", f"must be at most {number(high)}")
    if node.exclusive_maximum is not None:
        bound = number(node.exclusive_maximum)
        yield Rule("exclusiveMaximum", f"{value} >= {bound}", f"must be less than {bound}")
    if node.multiple_of is not None:
        yield _step(node.multiple_of, value, whole=node.integer)


def _step(step: Decimal, value: str, *, whole: bool) -> Rule:
    text = number(step)
    message = f"must be a multiple of {text}"
    if whole and step == int(step):
        return Rule("multipleOf", f"{value} % {text} !== 0", message)
    return Rule("multipleOf", f"!isMultipleOf({value}, {text})", message, ("isMultipleOf",))


def array_rules(node: ArrayType, value: str) -> Iterator[Rule]:
    """Counts of items, and whether they differ."""
    if node.min_items:
        yield Rule("minItems", f"{value}.length < {node.min_items}", f"must have at least {node.min_items} items")
    if node.max_items is not None:
        yield Rule("maxItems", f"{value}.length > {node.max_items}", f"must have at most {node.max_items} items")
    if node.unique:
        yield Rule("uniqueItems", f"!isUnique({value})", "must not hold the same item twice", ("isUnique",))


def size_rules(node: MapType | ObjectType, value: str) -> Iterator[Rule]:
    """Counts of properties."""
    count = f"ownNames({value}).length"
    low, high = node.min_properties, node.max_properties
    if low:
        yield Rule("minProperties", f"{count} < {low}", f"must have at least {low} properties", ("ownNames",))
    if high is not None:
        yield Rule("maxProperties", f"{count} > {high}", f"must have at most {high} properties", ("ownNames",))
