"""What a Struct can't say: the conditions that a decoded value must meet besides, as Python expressions.

A condition may be stricter than the contract, never laxer: a no sends the value to the full validator, whose word
counts. Where no cheap condition covers a rule, the type is *judged*: it always goes to the full validator.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from rtgen.schema.patterns import python_pattern
from rtgen.schema.types import (
    AnyType,
    ArrayType,
    LiteralType,
    MapType,
    NamedType,
    NullType,
    NumberType,
    ObjectType,
    Property,
    RefinedType,
    RefType,
    StringType,
    TypeNode,
    UnionType,
)
from rtgen.targets.naming import snake_case
from rtgen.targets.python.wire_schema import exact_bound, self_naming, struct_literal
from rtgen.targets.text import PyCode, py_string


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern of the module: `NAME = re.compile(source)`."""

    name: PyCode
    source: PyCode


@dataclass(frozen=True, slots=True)
class Check:
    """The conditions of one named type, all of which must hold for `value`."""

    type_name: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Residual:
    """The checks of a contract's types, and what they use."""

    checks: Mapping[str, Check]
    judged: frozenset[str]
    """Types whose verdict only the full validator knows."""
    patterns: tuple[Pattern, ...]
    formats: tuple[str, ...]
    """Names of the runtime's format functions that the conditions call, sorted."""
    uses_unset: bool


def residual(types: tuple[NamedType, ...], attribute: Callable[[str], str], model: Callable[[str], str]) -> Residual:
    """The checks for types whose attributes are called `attribute(wire_name)`, and whose classes `model(name)`."""
    judged = _judged_closure(types)
    lone = _lone_members(types)
    nodes = {each.name: each.node for each in types if each.name not in judged}
    needy = _closure({name for name, node in nodes.items() if _has_rules(node)}, nodes)
    writer = _Writer(attribute, model, needy)
    checks: dict[str, Check] = {}
    for name, node in nodes.items():
        if name in needy:
            writer.owner = name
            checks[name] = Check(name, tuple(writer.conditions(node, "value", ())))
    return Residual(
        checks, judged | lone, tuple(writer.patterns.values()), tuple(sorted(writer.formats)), writer.uses_unset
    )


def format_function(name: str) -> str:
    """The runtime's function for a format: `date-time` → `is_date_time`."""
    return "is_" + name.replace("-", "_")


def check_function(type_name: str) -> str:
    """The name of a type's check in the generated module: `Message` → `_message_keeps_rules`."""
    return f"_{snake_case(type_name)}_keeps_rules"


def _children(node: TypeNode) -> tuple[TypeNode, ...]:
    match node:
        case ArrayType():
            return (node.items,)
        case MapType():
            return (node.values,)
        case ObjectType():
            return tuple(each.type for each in node.properties)
        case UnionType():
            return node.members
        case RefinedType():
            return (node.base,)
        case _:
            return ()


def _references(node: TypeNode) -> set[str]:
    found: set[str] = {node.name} if isinstance(node, RefType) else set()
    for child in _children(node):
        found |= _references(child)
    return found


def _tagged_members(node: TypeNode) -> set[str]:
    """The members of the tagged unions in a node."""
    found = {name for child in _children(node) for name in _tagged_members(child)}
    if isinstance(node, UnionType) and node.tag:
        found |= {member.name for member in node.members if isinstance(member, RefType)}
    return found


def _references_outside_unions(node: TypeNode) -> set[str]:
    """The types a node refers to other than as a member of a tagged union."""
    if isinstance(node, RefType):
        return {node.name}
    tagged = isinstance(node, UnionType) and bool(node.tag)
    members = [child for child in _children(node) if not (tagged and isinstance(child, RefType))]
    return {name for child in members for name in _references_outside_unions(child)}


def _closure(start: Iterable[str], types: Mapping[str, TypeNode]) -> frozenset[str]:
    """The given types and all that hold one of them."""
    found = set(start)
    while grown := {name for name, node in types.items() if name not in found and _references(node) & found}:
        found |= grown
    return frozenset(found)


def _judged_closure(types: tuple[NamedType, ...]) -> frozenset[str]:
    nodes = {each.name: each.node for each in types}
    ruled = _closure({name for name, node in nodes.items() if _has_rules(node)}, nodes)
    own = {
        name
        for name, node in nodes.items()
        if _is_judged(node) or _is_mixed(node, nodes) or _is_choice_of_ruled(node, ruled)
    }
    tagged = _lone_members(types)
    bare = {name for name, node in nodes.items() if _references_outside_unions(node) & tagged}
    return _closure(own | bare | self_naming(types), nodes)


def _lone_members(types: tuple[NamedType, ...]) -> frozenset[str]:
    """Members of tagged unions. By itself, outside of its union, msgspec lets one without its tag pass."""
    return frozenset(name for each in types for name in _tagged_members(each.node))


def _is_judged(node: TypeNode) -> bool:
    match node:
        case ObjectType(extra=extra) if extra is not None and not isinstance(extra, AnyType):
            return True
        case RefinedType():
            return True
        case ObjectType() if node.min_properties or node.max_properties is not None:
            return True  # a Struct forgets what it does not declare, so nobody can count it
        case NumberType():
            bounds = (node.minimum, node.maximum, node.exclusive_minimum, node.exclusive_maximum)
            return not node.integer and (node.multiple_of is not None or not all(map(exact_bound, bounds)))
        case ArrayType(unique=True):
            return not isinstance(node.items, StringType)
        case UnionType(tag="") if any(map(_has_rules, node.members)):
            return _optional_member(node) is None or _is_judged_child(node)
        case _:
            return _is_judged_child(node)


def _is_mixed(node: TypeNode, types: Mapping[str, TypeNode]) -> bool:
    """Whether a union that a tag tells apart also has members without it whose rules nothing would check."""
    if isinstance(node, UnionType) and node.tag:
        return any(_is_untagged_with_rules(each, types) for each in node.members)
    return any(_is_mixed(child, types) for child in _children(node))


def _is_choice_of_ruled(node: TypeNode, ruled: frozenset[str]) -> bool:
    """Whether a union without a tag, of more than `null` and one other, has a member of a type with rules."""
    if isinstance(node, UnionType) and not node.tag and _optional_member(node) is None and _references(node) & ruled:
        return True
    return any(_is_choice_of_ruled(child, ruled) for child in _children(node))


def _is_untagged_with_rules(node: TypeNode, types: Mapping[str, TypeNode]) -> bool:
    match node:
        case RefType():
            found = types[node.name]
            return not isinstance(found, ObjectType) and not (isinstance(found, UnionType) and found.tag)
        case _:
            return _has_rules(node) or bool(_references(node))


def _is_judged_child(node: TypeNode) -> bool:
    return any(_is_judged(child) for child in _children(node))


def _optional_member(node: UnionType) -> TypeNode | None:
    """The one member beside `null`."""
    others = [each for each in node.members if not isinstance(each, NullType)]
    return others[0] if len(others) == 1 else None


def _has_rules(node: TypeNode) -> bool:
    """Whether a node by itself has a rule that msgspec can't check; references are looked at elsewhere."""
    match node:
        case StringType():
            return node.pattern is not None or node.format is not None
        case NumberType():
            return node.integer and node.multiple_of is not None
        case LiteralType(open_to=StringType() as open_to):
            return open_to != StringType()
        case LiteralType():
            return not struct_literal(node)
        case ArrayType():
            return node.unique or _has_rules(node.items)
        case MapType():
            return bool(node.min_properties) or node.max_properties is not None or _has_rules(node.values)
        case RefType():
            return False
        case _:
            return any(map(_has_rules, _children(node)))


@dataclass(slots=True)
class _Writer:
    """Writes conditions; collects what they use."""

    attribute: Callable[[str], str]
    model: Callable[[str], str]
    needy: frozenset[str]
    owner: str = ""
    patterns: dict[str, Pattern] = field(default_factory=dict)
    formats: set[str] = field(default_factory=set)
    uses_unset: bool = False

    def conditions(self, node: TypeNode, value: str, path: tuple[str, ...]) -> list[str]:
        """What must hold for the expression `value`; empty when msgspec has checked everything."""
        match node:
            case StringType():
                return self._string(node, value, path)
            case NumberType(integer=True, multiple_of=step) if step is not None:
                return [f"{value} % {int(step)} == 0"] if step == step.to_integral_value() else ["False"]
            case LiteralType() if not struct_literal(node):
                return self._literal(node, value, path)
            case ArrayType():
                return self._array(node, value, path)
            case MapType():
                return [*_size(node, value), *self._each(node.values, f"{value}.values()", (*path, "value"))]
            case ObjectType():
                return [condition for each in node.properties for condition in self._property(each, value, path)]
            case UnionType():
                return self._union(node, value, path)
            case RefType() if node.name in self.needy:
                return [f"{check_function(node.name)}({value})"]
            case _:
                return []

    def _string(self, node: StringType, value: str, path: tuple[str, ...]) -> list[str]:
        found: list[str] = []
        if node.pattern is not None:
            found.append(f"{self._pattern(node.pattern, path)}.search({value}) is not None")
        if node.format is not None:
            name = format_function(node.format)
            self.formats.add(name)
            found.append(f"{name}({value})")
        return found

    def _pattern(self, source: str, path: tuple[str, ...]) -> str:
        known = self.patterns.get(source)
        if known is not None:
            return known.name
        name = "_" + "_".join(snake_case(word).upper() for word in (self.owner, *path) if word)
        taken = {each.name for each in self.patterns.values()}
        while name in taken:
            name += "_"
        self.patterns[source] = Pattern(PyCode(name), py_string(python_pattern(source)))
        return name

    def _literal(self, node: LiteralType, value: str, path: tuple[str, ...]) -> list[str]:
        if node.open_to is not None:
            least, most = node.open_to.min_length, node.open_to.max_length
            found = [f"len({value}) >= {least}"] if least else []
            found += [f"len({value}) <= {most}"] if most is not None else []
            return [*found, *self._string(node.open_to, value, path)]
        alternatives = [_equals(value, each) for each in node.values]
        return [alternatives[0] if len(alternatives) == 1 else f"({' or '.join(alternatives)})"]

    def _array(self, node: ArrayType, value: str, path: tuple[str, ...]) -> list[str]:
        found = [f"len(set({value})) == len({value})"] if node.unique else []
        return [*found, *self._each(node.items, value, (*path, "item"))]

    def _each(self, node: TypeNode, iterable: str, path: tuple[str, ...]) -> list[str]:
        name = f"{path[-1]}{len(path)}" if len(path) > 2 else path[-1]
        inner = self.conditions(node, name, path)
        return [f"all({_joined(inner)} for {name} in {iterable})"] if inner else []

    def _property(self, each: Property, value: str, path: tuple[str, ...]) -> list[str]:
        place = f"{value}.{self.attribute(each.name)}"
        inner = self.conditions(each.type, place, (*path, each.name))
        if each.required or not inner:
            return inner
        self.uses_unset = True
        return [f"({place} is UNSET or {_joined(inner, nested=True)})"]

    def _union(self, node: UnionType, value: str, path: tuple[str, ...]) -> list[str]:
        if not node.tag:
            member = _optional_member(node)
            inner = [] if member is None else self.conditions(member, value, path)
            return [f"({value} is None or {_joined(inner, nested=True)})"] if inner else []
        found: list[str] = []
        for member in node.members:
            if isinstance(member, RefType) and member.name in self.needy:
                check = check_function(member.name)
                found.append(f"(not isinstance({value}, {self.model(member.name)}) or {check}({value}))")
        return found


def _size(node: MapType, value: str) -> list[str]:
    least = [f"len({value}) >= {node.min_properties}"] if node.min_properties else []
    most = [f"len({value}) <= {node.max_properties}"] if node.max_properties is not None else []
    return [*least, *most]


def _joined(conditions: list[str], *, nested: bool = False) -> str:
    text = " and ".join(conditions)
    return f"({text})" if nested and len(conditions) > 1 else text


def _equals(value: str, literal: bool | float | str | None) -> str:
    match literal:
        case None | True | False:
            return f"{value} is {literal}"
        case str():
            return f"{value} == {py_string(literal)}"
        case _:
            return f"({value} == {literal!r} and {value} is not True and {value} is not False)"
