"""Type nodes → straight-line checks.

A check is a function of a value and of the place where it stands, and says whether to go on. Without a place it only
judges: it stops at the first thing wrong, and builds nothing. With one it notes what is wrong, and goes on as long as
more is wanted. Keywords are tested in the order that both ends agreed on; the codes are theirs.

The schema's document is walked beside the nodes, only for what nodes don't keep: the order of `required`, and whether
a choice was `anyOf` or `oneOf`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from rtgen.schema.tags import tag_value
from rtgen.schema.types import (
    AnyType,
    ArrayType,
    BooleanType,
    Json,
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
from rtgen.targets.naming import pascal_case
from rtgen.targets.typescript.calls import Calls
from rtgen.targets.typescript.constants import Constants
from rtgen.targets.typescript.documents import below, in_required_order
from rtgen.targets.typescript.escapes import key, quoted
from rtgen.targets.typescript.layout import any_of, destructured
from rtgen.targets.typescript.names import check_function, discreet_check, local
from rtgen.targets.typescript.pointers import Place
from rtgen.targets.typescript.refinements import RuleWriter
from rtgen.targets.typescript.reserved import INHERITED, LOOP_NAMES, RUNTIME_FUNCTIONS
from rtgen.targets.typescript.rules import ASCII_FORMATS, Rule, array_rules, number_rules, size_rules, string_rules
from rtgen.targets.typescript.statements import STOP, Arm, Branch, Line, Loop, Statement, stop, when
from rtgen.targets.typescript.types import literal
from rtgen.targets.typescript.value import Value

_FEW = 8
"""As many values are compared one after the other."""


@dataclass(frozen=True, slots=True)
class CheckFunction:
    """One generated function: its name without `check`, and its body."""

    name: str
    body: tuple[Statement, ...]


@dataclass(slots=True)
class ValidatorWriter:
    """Writes the checks of one contract; `imports`, `constants` and `parts` grow with what they use."""

    types: Mapping[str, NamedType]
    secrets: Collection[str] = ()
    """Types that hold sensitive values: tables get the check that keeps quiet about them."""
    imports: set[str] = field(default_factory=set)
    constants: Constants = field(default_factory=Constants)
    calls: Calls = field(default_factory=Calls)
    checks: set[str] = field(default_factory=set)
    """The names of the types' functions, once asked for."""
    parts: list[CheckFunction] = field(default_factory=list)
    """Cases of choices that need a function of their own."""

    def function(self, name: str, node: TypeNode, document: Json) -> CheckFunction | None:
        """The check called `check<name>`; nothing when anything is valid."""
        self.calls.inside.append(name)
        body = tuple(self._check(node, document, Value("value", Place(), (name,))))
        self.calls.inside.pop()
        return CheckFunction(name, body) if body else None

    def table_entry(self, node: TypeNode | None) -> str:
        """The check to put into a table for what an event carries."""
        if node is None or isinstance(node, NullType):
            return "checkNull"
        if not isinstance(node, RefType):
            raise TypeError("what an event carries has a name, or is null")
        if self.accepts_anything(node):
            return "checkAnything"
        return discreet_check(node.name) if node.name in self.secrets else check_function(node.name)

    def accepts_anything(self, node: TypeNode) -> bool:
        """Whether there is nothing to check."""
        seen: set[str] = set()
        while isinstance(node, RefType) and node.name not in seen:
            seen.add(node.name)
            node = self.types[node.name].node
        return isinstance(node, AnyType)

    def checker(self, node: TypeNode, document: Json, name: str) -> str:
        """A check to call or to hand on: that of a named type, or one of its own that is called after `name`."""
        if self.accepts_anything(node):
            self.use("checkAnything")
            return "checkAnything"
        if isinstance(node, RefType):
            self.calls.note(node.name)
            return check_function(node.name)
        free = name
        while free in self.types or any(each.name == free for each in self.parts):
            free += "_"
        place = len(self.parts)
        self.parts.append(CheckFunction(free, ()))  # keeps the name while what is inside is written
        part = self.function(free, node, document)
        if part is None:
            del self.parts[place]
            return self.checker(AnyType(), True, name)
        self.parts[place] = part
        self.calls.note(free)
        return check_function(free)

    def applied(self, node: TypeNode, document: Json, value: Value) -> str:
        """The condition that a check of its own, called where the value stands, does not want to go on."""
        return f"!{self.checker(node, document, ''.join(value.path))}({value.variable}, {value.place.code})"

    def _check(self, node: TypeNode, document: Json, value: Value) -> Iterator[Statement]:
        match node:
            case AnyType():
                pass
            case RefinedType() | ObjectType() | UnionType() if _stands_alone(node) and not value.is_whole:
                yield stop(value.unless_absent(self.applied(node, document, value)))
            case NullType() | BooleanType() | LiteralType():
                yield self._constant(node, document, value)
            case StringType() | NumberType():
                yield self._scalar(node, value)
            case ArrayType():
                yield self._typed(value, "isArray", "array", self._array(node, document, value))
            case MapType():
                yield self._typed(value, "isObject", "object", self._map(node, document, value))
            case ObjectType():
                yield from self._object(node, document, value)
            case UnionType():
                yield from self._union(node, document, value)
            case RefinedType():
                yield from self._check(AnyType() if node.ruled else node.base, document, value)
                yield from RuleWriter(self, node, document, value).statements()
            case RefType():
                if not self.accepts_anything(node):
                    yield stop(value.unless_absent(self.applied(node, document, value)))
            case _:
                assert_never(node)

    def _constant(self, node: NullType | BooleanType | LiteralType, document: Json, value: Value) -> Statement:
        match node:
            case NullType():
                return self._simple(value, f"{value.variable} !== null", "null")
            case BooleanType():
                return self._simple(value, f'typeof {value.variable} !== "boolean"', "boolean")
            case LiteralType():
                return self._literal(node, document, value)
            case _:
                assert_never(node)

    def _scalar(self, node: StringType | NumberType, value: Value) -> Statement:
        match node:
            case StringType():
                rules = string_rules(node, value.variable, lambda text: self.constants.pattern(value.path, text))
                test = "isString" if node.format in ASCII_FORMATS else "isText"
                return self._typed(value, test, "string", self._rules(rules, value))
            case NumberType(integer=whole):
                test, wanted = ("isWhole", "integer") if whole else ("isNumber", "number")
                return self._typed(value, test, wanted, self._rules(number_rules(node, value.variable), value))
            case _:
                assert_never(node)

    def use(self, *names: str) -> None:
        """Note what the checks call of the runtime."""
        self.imports.update(names)

    def _wrong_type(self, value: Value, wanted: str) -> str:
        return value.place.needs("type", quoted(wanted))

    def _simple(self, value: Value, condition: str, wanted: str) -> Statement:
        return stop(value.unless_absent(condition, self._wrong_type(value, wanted)))

    def _typed(self, value: Value, test: str, wanted: str, body: Iterable[Statement]) -> Statement:
        """What holds for values of the right type, else that it is the wrong one."""
        self.use(test)
        inside = tuple(body)
        if not inside:
            return self._simple(value, f"!{test}({value.variable})", wanted)
        otherwise = Arm(value.unless_absent(self._wrong_type(value, wanted)), (STOP,))
        return Branch((Arm((f"{test}({value.variable})",), inside), otherwise))

    def _rules(self, rules: Iterable[Rule], value: Value) -> Iterator[Statement]:
        for rule in rules:
            self.use(*rule.uses)
            yield stop((rule.condition, value.place.told(*rule.told)))

    def _literal(self, node: LiteralType, document: Json, value: Value) -> Statement:
        listed = LiteralType(node.values)
        if node.open_to is None:
            return stop(value.unless_absent(*self._unlisted(listed, value), value.place.refuses("enum")))
        # Listed values are strings, so an open enum that any string may join is a string.
        if node.open_to == StringType():
            return self._scalar(node.open_to, value)
        refused = (*self._unlisted(listed, value), *self._refuses(node.open_to, True, value))
        return stop(value.unless_absent(*refused, value.place.refuses("anyOf")))

    def _unlisted(self, node: LiteralType, value: Value) -> tuple[str, ...]:
        """The conditions under which a value is none of those listed; a set is quicker only where they are many."""
        members = [literal(each) for each in node.values]
        if len(members) <= _FEW:
            return tuple(f"{value.variable} !== {each}" for each in members)
        return (f"!{self.constants.values(value.path, members)}.has({value.variable})",)

    def _array(self, node: ArrayType, document: Json, value: Value) -> Iterator[Statement]:
        yield from self._rules(array_rules(node, value.variable), value)
        depth = len([step for step in value.path if step == "Item"]) + 1
        index, item = ("index", "item") if depth == 1 else (f"index{depth}", f"item{depth}")
        inner = Value(item, value.place.item(index), (*value.path, "Item"))
        body = tuple(self._check(node.items, below(document, "items"), inner))
        if body:
            head = f"let {index} = 0; {index} < {value.variable}.length; {index}++"
            yield Loop(head, (Line(f"const {item} = {value.variable}[{index}];"), *body))

    def _map(self, node: MapType, document: Json, value: Value) -> Iterator[Statement]:
        yield from self._rules(size_rules(node, value.variable), value)
        yield from self._entries(node.values, document, value, known="")

    def _entries(self, node: TypeNode, document: Json, value: Value, known: str) -> Iterator[Statement]:
        """Checks the properties that are not among the known ones."""
        depth = len([step for step in value.path if step == "Value"]) + 1
        name, entry = ("name", "entry") if depth == 1 else (f"name{depth}", f"entry{depth}")
        inner = Value(entry, value.place.item(name), (*value.path, "Value"))
        body = tuple(self._check(node, below(document, "additionalProperties"), inner))
        if body:
            self.use("ownNames")
            skip = (when((f"{known}.has({name})",), Line("continue;")),) if known else ()
            fetch = Line(f"const {entry} = {value.variable}[{name}];")
            yield Loop(f"const {name} of ownNames({value.variable})", (*skip, fetch, *body))

    def _object(self, node: ObjectType, document: Json, value: Value) -> Iterator[Statement]:
        self.use("isObject")
        wrong = self._wrong_type(value, "object").removeprefix("!")
        yield when((f"!isObject({value.variable})",), Line(f"return {wrong} ?? false;"))
        yield from self._rules(size_rules(node, value.variable), value)
        members = self._locals(node)
        yield from self._fetch(members, value)
        yield from self._required(in_required_order(node, document), members, value)
        for each in node.properties:
            if each.name in members:
                path = (*value.path, pascal_case(each.name))
                inner = Value(members[each.name], value.place.member(each.name), path, optional=True)
                yield from self._check(each.type, below(below(document, "properties"), each.name), inner)
        yield from self._surplus(node, document, value)

    def _required(self, required: Sequence[Property], members: Mapping[str, str], value: Value) -> Iterator[Statement]:
        if not required:
            return
        absent = [f"{members[each.name]} === undefined" for each in required]
        missing = f"!at?.requires({', '.join((value.variable, *(quoted(each.name) for each in required)))})"
        yield stop((any_of(absent), missing))

    def _locals(self, node: ObjectType) -> dict[str, str]:
        """A variable for each property that is looked at."""
        looked_at = [each for each in node.properties if each.required or not self.accepts_anything(each.type)]
        taken = {"value", "at", *RUNTIME_FUNCTIONS}
        members: dict[str, str] = {}
        for each in looked_at:
            # A loop over a variable can't declare that same name again.
            loops: Collection[str] = LOOP_NAMES if isinstance(each.type, ArrayType | MapType) else ()
            members[each.name] = local(each.name, taken, loops, self._check_functions())
            taken.add(members[each.name])
        return members

    def _check_functions(self) -> Collection[str]:
        if not self.checks:
            self.checks.update(check_function(name) for name in self.types)
        return self.checks

    def _fetch(self, members: Mapping[str, str], value: Value) -> Iterator[Statement]:
        plain = [
            variable if name == variable else f"{key(name)}: {variable}"
            for name, variable in members.items()
            if name not in INHERITED
        ]
        if plain:
            yield Line(destructured(plain, value.variable, 2))
        for name, variable in members.items():
            if name in INHERITED:
                self.use("own")
                yield Line(f"const {variable} = own({value.variable}, {quoted(name)});")

    def _surplus(self, node: ObjectType, document: Json, value: Value) -> Iterator[Statement]:
        if isinstance(node.extra, AnyType):
            return
        names = self.constants.names(value.path, [str(quoted(each.name)) for each in node.properties])
        if node.extra is None:
            self.use("hasOnly")
            known = f"({value.variable}, {names})"
            yield stop((f"!hasOnly{known}", f"!at?.closed{known}"))
        else:
            yield from self._entries(node.extra, document, value, known=names)

    def _union(self, node: UnionType, document: Json, value: Value) -> Iterator[Statement]:
        word = "oneOf" if isinstance(document, dict) and "oneOf" in document else "anyOf"
        cases = below(document, word)
        tags = [tag_value(member, node.tag, self.types) for member in node.members]
        refused: list[str] = []
        if any(tag is not None for tag in tags):
            self.use("isObject")
            yield Line(f"const tag = isObject({value.variable}) ? {value.variable}[{quoted(node.tag)}] : undefined;")
        for index, (member, tag) in enumerate(zip(node.members, tags, strict=True)):
            case = cases[index] if isinstance(cases, list) and index < len(cases) else True
            refuses = self._refuses(member, case, value)
            # A case with a tag is asked for it first: else nested choices would cost ever more.
            refused += refuses if tag is None else (any_of((f"tag !== {quoted(tag)}", *refuses)),)
        yield stop(value.unless_absent(*refused, value.place.refuses(word)))

    def _refuses(self, member: TypeNode, document: Json, value: Value) -> tuple[str, ...]:
        """The conditions under which a case of a choice does not hold."""
        match member:
            case AnyType():
                return ("false",)
            case NullType():
                return (f"{value.variable} !== null",)
            case BooleanType():
                return (f'typeof {value.variable} !== "boolean"',)
            case LiteralType(open_to=None):
                return self._unlisted(member, value)
            case StringType(None, None, None, None):
                self.use("isText")
                return (f"!isText({value.variable})",)
            case RefType(name) if not self.accepts_anything(member):
                self.calls.note(name)
                return (f"!{check_function(name)}({value.variable})",)
        check = self.checker(member, document, "".join(value.path) + _KINDS[type(member)])
        return (f"!{check}({value.variable})",)


def _stands_alone(node: RefinedType | ObjectType | UnionType) -> bool:
    """Whether a check needs a function of its own, for what it names while it looks."""
    return not isinstance(node, UnionType) or node.tag != ""


_KINDS: Mapping[type, str] = {
    StringType: "AsText",
    NumberType: "AsNumber",
    LiteralType: "AsLiteral",
    ArrayType: "AsList",
    MapType: "AsMap",
    ObjectType: "AsObject",
    UnionType: "AsChoice",
    RefType: "AsAnything",
    RefinedType: "AsRefined",
}
