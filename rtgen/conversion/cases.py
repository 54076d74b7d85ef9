"""Unions: which case of the reader each case of the sender becomes. A constant tells them, or their JSON kind."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rtgen.conversion.listed import mapped
from rtgen.conversion.steps import Branch, Case, JsonKind, Plan, Tagged
from rtgen.conversion.walk import Walk
from rtgen.schema.inclusion.accepting import kind_of
from rtgen.schema.tags import tag_value
from rtgen.schema.types import (
    AnyType,
    ArrayType,
    BooleanType,
    LiteralType,
    MapType,
    NamedType,
    NullType,
    NumberType,
    ObjectType,
    RefType,
    StringType,
    TypeNode,
    UnionType,
    base_of,
)

_GO_ON = "Go on accepting it."
_APART = "Send it in an event of its own, which old clients do not hear."
_DEFAULT = "Give the property a `default`: it stands for `null` where that is refused."
_ALL = frozenset({"null", "boolean", "number", "string", "array", "object"})
_TESTS = {each.value: each for each in JsonKind}


@dataclass(slots=True)
class CasePlanner:
    """Plans where one of the two types is a union, or both are."""

    walk: Walk
    sent: TypeNode
    read: TypeNode
    at: str

    def plan(self) -> Plan | None:
        """A plan for each case that does not stay as it is; `None` where all do."""
        mine, tag = _members(self.sent, self.walk.sides.sent)
        theirs, other_tag = _members(self.read, self.walk.sides.read)
        cases: list[Case] = []
        for each in mine:
            found = [*self._takers(each, tag, theirs, other_tag)]
            if len(found) != 1:
                self._by_proof(each, found)
                continue
            made = self.walk.plan(each, found[0], self.at)
            if made is None:
                continue
            if len(mine) == 1:
                return made
            test = self._test(each, tag)
            if test is None:
                self.walk.sides.refuse(each, self.read, self.at)
            else:
                cases.append(Case(test, made))
        return Branch(tuple(cases)) if cases else None

    def _by_proof(self, each: TypeNode, takers: list[TypeNode]) -> None:
        """A case that none takes, or that may be more than one of the reader's."""
        sides = self.walk.sides
        if takers and sides.proves(each, self.read):
            return
        if takers:
            sides.refuse(each, self.read, self.at)
            return
        message = f"{sides.reader} has no case for {_called(each, sides.sent)}"
        hint = _DEFAULT if _kinds(each, sides.sent) == {"null"} else _GO_ON if sides.to_now else _APART
        sides.stop(self.at, message, hint)

    def _takers(self, each: TypeNode, tag: str, theirs: list[TypeNode], other_tag: str) -> Iterator[TypeNode]:
        kinds = _kinds(each, self.walk.sides.sent)
        for other in theirs:
            if not kinds & _kinds(other, self.walk.sides.read):
                continue
            if kinds == {"object"} and other_tag:
                if self._same_tag(each, tag or other_tag, other, other_tag):
                    yield other
            else:
                yield other

    def _same_tag(self, each: TypeNode, tag: str, other: TypeNode, other_tag: str) -> bool:
        """Whether two cases have one constant, under its name or another."""
        mine = _constant(each, tag, self.walk.sides.sent)
        theirs = _constant(other, other_tag, self.walk.sides.read)
        if mine is None or theirs is None:
            return False
        return not mapped(mine, theirs, to_now=self.walk.sides.to_now).unknown

    def _test(self, each: TypeNode, tag: str) -> JsonKind | Tagged | None:
        value = tag_value(each, tag, self.walk.sides.sent)
        if value is not None:
            return Tagged(tag, value)
        kinds = _kinds(each, self.walk.sides.sent)
        return _TESTS.get(next(iter(kinds))) if len(kinds) == 1 else None


def _members(node: TypeNode, types: Mapping[str, NamedType]) -> tuple[list[TypeNode], str]:
    """All cases of a union, those of unions among them too, and the property that tells objects apart."""
    rest, found, tag = [node], list[TypeNode](), ""
    while rest:
        here = rest.pop(0)
        target = types[here.name].node if isinstance(here, RefType) else here
        if isinstance(target, UnionType):
            tag = tag or target.tag
            rest[:0] = target.members
        elif isinstance(target, RefType):
            rest.insert(0, target)
        else:
            found.append(here)
    return found, tag


def _constant(member: TypeNode, tag: str, types: Mapping[str, NamedType]) -> LiteralType | None:
    """The list with the one value that a case has in the property `tag`."""
    while isinstance(member, RefType):
        member = types[member.name].node
    node = base_of(member)
    for each in node.properties if isinstance(node, ObjectType) else ():
        if each.name == tag and isinstance(each.type, LiteralType):
            return each.type
    return None


def _kinds(node: TypeNode, types: Mapping[str, NamedType]) -> frozenset[str]:
    """The JSON kinds that values of a type can have."""
    while isinstance(node, RefType):
        node = types[node.name].node
    match base_of(node):
        case NullType():
            return frozenset({"null"})
        case BooleanType():
            return frozenset({"boolean"})
        case NumberType():
            return frozenset({"number"})
        case StringType():
            return frozenset({"string"})
        case LiteralType(values=values, open_to=others):
            return frozenset(map(kind_of, values)) | ({"string"} if others else frozenset[str]())
        case ArrayType():
            return frozenset({"array"})
        case ObjectType() | MapType():
            return frozenset({"object"})
        case UnionType(members=members):
            return frozenset(kind for each in members for kind in _kinds(each, types))
        case AnyType():
            return _ALL
        case _:
            return _ALL


def _called(node: TypeNode, types: Mapping[str, NamedType]) -> str:
    name = node.name if isinstance(node, RefType) else " or ".join(sorted(_kinds(node, types)))
    return f"`{name}`"
