"""What no type says, as statements: one or a few for each rule, in the order that both ends agreed on.

What a rule asks of a value is a check of its own, called or handed to the runtime.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, assert_never

from rtgen.schema.types import (
    AllOf,
    AnyType,
    Choice,
    Contains,
    DependentRequired,
    DependentSchemas,
    IfThenElse,
    Json,
    Listed,
    Not,
    ObjectType,
    PatternProperties,
    PrefixItems,
    PropertyNames,
    RefinedType,
    Rule,
    TypeNode,
    When,
)
from rtgen.targets.typescript.constants import Constants
from rtgen.targets.typescript.documents import below
from rtgen.targets.typescript.escapes import quoted
from rtgen.targets.typescript.pointers import Place
from rtgen.targets.typescript.statements import STOP, Arm, Branch, Loop, Statement, stop, when
from rtgen.targets.typescript.value import Value

_TESTS = {"string": "isText", "number": "isNumber", "array": "isArray", "object": "isObject"}


class Writer(Protocol):
    """What rules need of the one who writes the checks."""

    constants: Constants

    def use(self, *names: str) -> None:
        """Note what the checks call of the runtime."""
        ...

    def checker(self, node: TypeNode, document: Json, name: str) -> str:
        """A check to call or to hand on."""
        ...


@dataclass(frozen=True, slots=True)
class RuleWriter:
    """Writes the rules of one type, for a value whose base was checked before."""

    writer: Writer
    node: RefinedType
    document: Json
    value: Value

    def statements(self) -> Iterator[Statement]:
        """All rules."""
        for rule in self.node.rules:
            yield from self._rule(rule)

    def _rule(self, rule: Rule) -> Iterator[Statement]:
        match rule:
            case Listed(values):
                self.writer.use("isListed", "listed")
                name = self.writer.constants.texts(self.value.path, f"[{', '.join(values)}]")
                yield self._refused(f"!isListed({self._variable}, {name})", "enum")
            case When(kind, node):
                yield from self._of_kind(kind, stop((self._apply(node, self.document, f"As{kind.capitalize()}"),)))
            case PrefixItems():
                yield from self._of_kind("array", *self._prefix_items(rule))
            case Contains():
                yield from self._of_kind("array", *self._contains(rule))
            case PatternProperties():
                yield from self._of_kind("object", *self._patterns(rule))
            case PropertyNames(node):
                check = self._checker(node, "propertyNames")
                yield from self._of_kind("object", self._helped("acceptsName", check, "propertyNames"))
            case DependentRequired(needs):
                found = (self._needed(name, other) for name, others in needs for other in others)
                yield from self._of_kind("object", *found)
            case DependentSchemas(schemas):
                yield from self._of_kind("object", *self._dependent(schemas))
            case AllOf() | Choice() | Not() | IfThenElse():
                yield from self._combined(rule)
            case _:
                assert_never(rule)

    def _combined(self, rule: AllOf | Choice | Not | IfThenElse) -> Iterator[Statement]:
        match rule:
            case AllOf(members):
                for index, member in enumerate(members):
                    yield stop((self._apply(member, below(self.document, "allOf", index), f"All{index + 1}"),))
            case Choice(members, one):
                word = "oneOf" if one else "anyOf"
                stem = "One" if one else "Any"
                documents = (below(self.document, word, index) for index in range(len(members)))
                pairs = enumerate(zip(members, documents, strict=True), 1)
                checks = [self._named(node, document, f"{stem}{index}") for index, (node, document) in pairs]
                yield self._helped("acceptsOne" if one else "acceptsAny", ", ".join(checks), word)
            case Not(node):
                yield self._refused(f"{self._checker(node, 'not')}({self._variable})", "not")
            case IfThenElse():
                yield self._condition(rule)
            case _:
                assert_never(rule)

    @property
    def _variable(self) -> str:
        return self.value.variable

    def _of_kind(self, kind: str, *statements: Statement) -> Iterator[Statement]:
        """Statements for values of one kind; after the check of an object there is no other."""
        if kind == "object" and isinstance(self.node.base, ObjectType):
            yield from statements
        elif statements:
            test = _TESTS[kind]
            self.writer.use(test)
            yield when((f"{test}({self._variable})",), *statements)

    def _named(self, node: TypeNode, document: Json, name: str) -> str:
        return self.writer.checker(node, document, "".join(self.value.path) + name)

    def _checker(self, node: TypeNode, word: str) -> str:
        return self._named(node, below(self.document, word), word[:1].upper() + word[1:])

    def _apply(self, node: TypeNode, document: Json, name: str) -> str:
        """The condition that a check of the value itself does not want to go on."""
        return self._called(self._named(node, document, name), self._variable, self.value.place)

    def _called(self, check: str, variable: str, place: Place) -> str:
        return f"!{check}({variable}, {place.code})"

    def _refused(self, condition: str, code: str) -> Statement:
        return stop((condition, self.value.place.refuses(code)))

    def _helped(self, helper: str, rest: str, code: str) -> Statement:
        self.writer.use(helper)
        return self._refused(f"!{helper}({self._variable}, {rest})", code)

    def _condition(self, rule: IfThenElse) -> Statement:
        test = f"{self._checker(rule.condition, 'if')}({self._variable})"
        then = "" if rule.then is None else self._apply(rule.then, below(self.document, "then"), "Then")
        other = "" if rule.otherwise is None else self._apply(rule.otherwise, below(self.document, "else"), "Else")
        if not other:
            return stop((test, then))
        return Branch((Arm((test,), (stop((then,)),)), Arm((other,), (STOP,)))) if then else stop((f"!{test}", other))

    def _prefix_items(self, rule: PrefixItems) -> Iterator[Statement]:
        items, count = self._variable, len(rule.items)
        for index, node in enumerate(rule.items):
            check = self._named(node, below(self.document, "prefixItems", index), f"Place{index + 1}")
            if check != "checkAnything":
                call = self._called(check, f"{items}[{index}]", self.value.place.item(index))
                yield stop((f"{items}.length > {index}", call))
        if rule.rest is None:
            yield stop((f"{items}.length > {count}", self.value.place.item(count).refuses("items")))
        elif not isinstance(rule.rest, AnyType):
            check = self._named(rule.rest, below(self.document, "items"), "Item")
            call = self._called(check, f"{items}[index]", self.value.place.item("index"))
            yield Loop(f"let index = {count}; index < {items}.length; index++", (stop((call,)),))

    def _contains(self, rule: Contains) -> Iterator[Statement]:
        check = self._checker(rule.item, "contains")
        place = self.value.place
        if rule.least > 0:
            self.writer.use("hasFewer")
            few = f"hasFewer({self._variable}, {check}, {rule.least})"
            counted = place.needs("minContains", str(rule.least))
            yield stop((few, counted if rule.counted else place.refuses("contains")))
        if rule.most is not None:
            self.writer.use("hasMore")
            many = f"hasMore({self._variable}, {check}, {rule.most})"
            yield stop((many, place.needs("maxContains", str(rule.most))))

    def _patterns(self, rule: PatternProperties) -> Iterator[Statement]:
        found = [self.writer.constants.pattern(self.value.path, pattern) for pattern, _ in rule.patterns]
        documents = below(self.document, "patternProperties")
        stated = list(documents.values()) if isinstance(documents, dict) else []
        for index, (constant, (_, node)) in enumerate(zip(found, rule.patterns, strict=True)):
            check = self._named(node, stated[index] if index < len(stated) else True, f"Match{index + 1}")
            if check != "checkAnything":
                yield self._each_name((f"{constant}.test(name)",), check)
        if isinstance(rule.extra, AnyType):
            return
        names = ""
        if rule.declared or rule.extra is None:
            declared = [str(quoted(name)) for name in rule.declared]
            names = self.writer.constants.names(self.value.path, declared)
        if rule.extra is None:
            self.writer.use("hasOnly")
            arguments = f"({', '.join((self._variable, names, *found))})"
            yield stop((f"!hasOnly{arguments}", f"!at?.closed{arguments}"))
            return
        check = self._named(rule.extra, below(self.document, "additionalProperties"), "Value")
        known = (f"!{names}.has(name)",) if names else ()
        yield self._each_name((*known, *(f"!{constant}.test(name)" for constant in found)), check)

    def _each_name(self, conditions: tuple[str, ...], check: str) -> Statement:
        self.writer.use("ownNames")
        call = self._called(check, f"{self._variable}[name]", self.value.place.item("name"))
        return Loop(f"const name of ownNames({self._variable})", (stop((*conditions, call)),))

    def _has(self, name: str) -> str:
        self.writer.use("own")
        return f"own({self._variable}, {quoted(name)})"

    def _needed(self, name: str, other: str) -> Statement:
        missing = self.value.place.needs("dependentRequired", quoted(other))
        return stop((f"{self._has(name)} !== undefined", f"{self._has(other)} === undefined", missing))

    def _dependent(self, schemas: tuple[tuple[str, TypeNode], ...]) -> Iterator[Statement]:
        for index, (name, node) in enumerate(schemas, 1):
            call = self._apply(node, below(below(self.document, "dependentSchemas"), name), f"With{index}")
            yield stop((f"{self._has(name)} !== undefined", call))
