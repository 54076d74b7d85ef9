"""From a type of one version to a plan that makes it one of another.

The types are walked together. Where both are built alike, their parts are planned; at the leaves one type must be
included in the other (`rtgen.schema.inclusion`). What is not, and what nobody declared how to convert, is an obstacle.

Pairs of named types are functions. Whether one does anything is known once all are planned: recursive types are taken
to stay as they are until some part of them does not, which is the greatest fixed point.
"""

from dataclasses import dataclass, field, replace

from rtgen.conversion.cases import CasePlanner
from rtgen.conversion.declaring import declares
from rtgen.conversion.fields import FieldPlanner
from rtgen.conversion.listed import mapped
from rtgen.conversion.steps import Call, Entries, Fields, Items, Plan, Values
from rtgen.conversion.trimming import Trimming
from rtgen.conversion.walk import Sides, below
from rtgen.schema.inclusion.same import Sameness
from rtgen.schema.types import (
    AnyType,
    ArrayType,
    LiteralType,
    MapType,
    ObjectType,
    RefinedType,
    RefType,
    TypeNode,
    UnionType,
    base_of,
    inside_rule,
)


@dataclass(slots=True)
class Planner:
    """Plans for many pairs of types of two contracts, in one direction; obstacles are noted in `sides`."""

    sides: Sides
    _functions: dict[Call, Plan | None] = field(default_factory=dict)
    _same: Sameness = field(init=False)

    def __post_init__(self) -> None:
        self._same = Sameness(self.sides.sent, self.sides.read)

    def plan(self, sent: TypeNode, read: TypeNode, at: str = "") -> Plan | None:
        """What turns values of one type into values of the other; `None` where they stay. See `trimmed`."""
        if isinstance(read, AnyType) or self._same.holds(sent, read):
            return None
        if isinstance(sent, RefType) and isinstance(read, RefType):
            return self._function(Call(sent.name, read.name), at)
        return self._built(sent, read, at)

    def trimmed(self) -> Trimming:
        """What is left of plans once those that do nothing are taken out; ask when all is planned."""
        return Trimming(self._functions)

    def _function(self, call: Call, at: str) -> Call:
        if call not in self._functions:
            self._functions[call] = None
            sent, read = self.sides.sent[call.sent].node, self.sides.read[call.read].node
            self._functions[call] = self._built(sent, read, at)
        return call

    def _built(self, sent: TypeNode, read: TypeNode, at: str) -> Plan | None:
        mine, theirs = self.sides.sent_node(sent), self.sides.read_node(read)
        if isinstance(mine, RefinedType) or isinstance(theirs, RefinedType):
            return self._refined(sent, read, at)
        if isinstance(mine, UnionType) or isinstance(theirs, UnionType):
            return CasePlanner(self, sent, read, at).plan()
        return self._alike(mine, theirs, at)

    def _refined(self, sent: TypeNode, read: TypeNode, at: str) -> Plan | None:
        """What has rules stays as it is, or loses them: what else becomes of it could break those of the reader."""
        mine, theirs = self.sides.sent_node(sent), self.sides.read_node(read)
        if self.sides.proves(sent, read) and self._stays(mine, theirs):
            return None
        if isinstance(mine, RefinedType) and not isinstance(theirs, RefinedType) and not isinstance(mine.base, AnyType):
            return self._built(mine.base, read, at)
        self.sides.refuse(sent, read, at)
        return None

    def _stays(self, sent: TypeNode, read: TypeNode) -> bool:
        """Whether nothing is said of earlier versions that would ask for a conversion."""
        types = self.sides.read if self.sides.to_now else self.sides.sent
        now = read if self.sides.to_now else sent
        rules = now.rules if isinstance(now, RefinedType) else ()
        if any(declares(each, types) for rule in rules for each in inside_rule(rule)):
            return False
        trial = Planner(Sides(self.sides.sent, self.sides.read, self.sides.to_now))
        made = trial.plan(base_of(sent), base_of(read))
        return trial.trimmed().plan(made) is None

    def _alike(self, sent: TypeNode, read: TypeNode, at: str) -> Plan | None:
        match sent, read:
            case (LiteralType(), LiteralType()):
                return self._values(sent, read, at)
            case (ArrayType(), ArrayType()):
                return self._items(sent, read, at)
            case (MapType(), MapType()):
                self._shell(replace(sent, values=AnyType()), replace(read, values=AnyType()), at)
                each = self.plan(sent.values, read.values, below(at, "*"))
                return None if each is None else Entries(each)
            case (ObjectType() | MapType(), ObjectType() | MapType()):
                return self._fields(_as_object(sent), _as_object(read), at)
            case _:
                self._shell(sent, read, at)
                return None

    def _shell(self, sent: TypeNode, read: TypeNode, at: str) -> None:
        if not self.sides.proves(sent, read):
            self.sides.refuse(sent, read, at)

    def _values(self, sent: LiteralType, read: LiteralType, at: str) -> Plan | None:
        found = mapped(sent, read, to_now=self.sides.to_now)
        rest = LiteralType(found.unknown, sent.open_to)
        if (found.unknown or sent.open_to is not None) and not self.sides.proves(rest, read):
            self._unmapped(found.unknown, sent, read, at)
        return Values(found.pairs) if found.pairs else None

    def _unmapped(self, unknown: tuple[object, ...], sent: LiteralType, read: LiteralType, at: str) -> None:
        if sent.open_to is not None and (read.open_to is None or not self.sides.proves(sent.open_to, read.open_to)):
            self.sides.refuse(sent, read, at)
            return
        names = ", ".join(f"`{each}`" for each in unknown)
        message = f"{self.sides.reader} does not know {names}"
        first = unknown[0] if unknown else ""
        word = f"earlier: {{ {first}: … }}" if self.sides.to_now else f"instead: {{ {first}: … }}"
        self.sides.stop(at, message, f"Say what stands for it: `{word}` beside the listed values.")

    def _items(self, sent: ArrayType, read: ArrayType, at: str) -> Plan | None:
        self._shell(replace(sent, items=AnyType()), replace(read, items=AnyType()), at)
        if sent.max_items == 0:
            return None
        each = self.plan(sent.items, read.items, below(at, "*"))
        if each is not None and read.unique and not self.sides.proves(sent.items, read.items):
            message = "items must differ from each other, and may be the same once they are converted"
            self.sides.stop(at, message, "Leave `uniqueItems` out, or the items as they are.")
        return None if each is None else Items(each)

    def _fields(self, sent: ObjectType, read: ObjectType, at: str) -> Fields | None:
        return FieldPlanner(self, sent, read, at).plan()


def _as_object(node: ObjectType | MapType) -> ObjectType:
    """A map is an object that declares nothing."""
    if isinstance(node, ObjectType):
        return node
    return ObjectType((), node.values, node.min_properties, node.max_properties)
