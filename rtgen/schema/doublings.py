"""Recursive types that ask about the same part of a value twice: judging it would double with each level of nesting.

Both judges look at a value as the schema says, once for each time that it is asked for. A type in which two ways lead
from itself to itself by the same steps (`if` and `then` that both look at `next`; two cases of a choice that nothing
tells apart and that both hold `children`) is asked 2^n times about what stands n levels deep; 64 levels are allowed.

Types are read as an automaton: a state for each node, an edge for each step into a value. It is ambiguous beyond all
bounds exactly when some state reaches itself by two different paths of the same steps, which shows in the graph of
pairs of states (Weber and Seidl, "On the degree of ambiguity of finite automata", 1991). Steps count as the same
unless they certainly differ, and cases of a choice that a constant tells apart are never both entered.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from rtgen.schema.patterns import python_pattern
from rtgen.schema.tags import tag_value
from rtgen.schema.types import (
    AllOf,
    AnyType,
    ArrayType,
    Choice,
    Contains,
    DependentSchemas,
    IfThenElse,
    MapType,
    NamedType,
    Not,
    ObjectType,
    PatternProperties,
    PrefixItems,
    RefinedType,
    RefType,
    Rule,
    TypeNode,
    UnionType,
    When,
)
from rtgen.source.finding import Finding, error

T = TypeVar("T")

Guards = tuple[tuple[str, object], ...]
"""What a value must be for an edge to be taken: two edges whose guards contradict are never both taken."""


_MOST_WAYS: Final = 2000
"""Ways to ask about one value that are told apart by their guards: there could be as many as outcomes of all `if`s."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step into a value: a property by its name, by a pattern, or any but some; or an item from a place on."""

    name: str | None = None
    pattern: str | None = None
    but: frozenset[str] = frozenset()
    first: int | None = None
    last: int | None = None

    def meets(self, other: "Step") -> bool:
        """Whether both may lead to the same part of a value."""
        if self.first is not None or other.first is not None:
            return self.first is not None and other.first is not None and self._shares_items(other)
        if self.name is not None:
            return other.takes(self.name)
        return other.name is None or self.takes(other.name)

    def _shares_items(self, other: "Step") -> bool:
        low = max(self.first or 0, other.first or 0)
        return all(each.last is None or low <= each.last for each in (self, other))

    def takes(self, name: str) -> bool:
        """Whether it leads to the property of that name."""
        if self.name is not None:
            return self.name == name
        if self.pattern is not None:
            return re.search(python_pattern(self.pattern), name) is not None
        return name not in self.but


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """From a state by a step to another. Two edges are never equal, even when they look alike."""

    step: Step
    to: int
    guards: Guards


def doublings(types: Iterable[NamedType]) -> Iterator[Finding]:
    """A finding for every type that is asked twice about the same part of a value, again and again.

    No type may ask itself about the same value (`circles`).
    """
    named = {each.name: each for each in types}
    if not any(_refers(each.node) for each in named.values()):
        return
    automaton = _Automaton(named)
    for name in automaton.ambiguous():
        message = (
            "this schema asks itself twice about the same part of a value: each level of nesting would double the work"
        )
        hint = "Ask once, or tell the cases apart by a required property with its own constant in each."
        yield error("slow-recursion", message, named[name].span, hint)


def _refers(node: TypeNode) -> bool:
    return isinstance(node, RefType) or any(_refers(each) for each, _, _ in _asked(node, {}))


def _asked(  # noqa: PLR0912  # one arm a node
    node: TypeNode, types: Mapping[str, NamedType]
) -> Iterator[tuple[TypeNode, Step | None, Guards]]:
    """What a node asks of a value (no step) and of its parts."""
    match node:
        case ArrayType():
            yield node.items, Step(first=0), ()
        case MapType():
            yield node.values, Step(), ()
        case ObjectType():
            for each in node.properties:
                yield each.type, Step(each.name), ()
            if node.extra is not None:
                yield node.extra, Step(but=frozenset(each.name for each in node.properties)), ()
        case UnionType(members=members, tag=tag):
            for member in members:
                value = tag_value(member, tag, types)
                yield member, None, () if value is None else ((tag, value),)
        case RefType(name):
            if name in types:
                yield types[name].node, None, ()
        case RefinedType():
            if not node.ruled:
                yield node.base, None, ()
            for rule in node.rules:
                yield from _asked_by_rule(rule)
        case _:
            pass


def _asked_by_rule(rule: Rule) -> Iterator[tuple[TypeNode, Step | None, Guards]]:  # noqa: PLR0912  # one arm a rule
    match rule:
        case When(kind=kind, node=node):
            yield node, None, (("", kind),)
        case Not(node=node):
            yield node, None, ()
        case AllOf(members=members) | Choice(members=members):
            for member in members:
                yield member, None, ()
        case IfThenElse():
            yield rule.condition, None, ()
            for outcome, branch in ((True, rule.then), (False, rule.otherwise)):
                if branch is not None:
                    yield branch, None, ((f"if {id(rule)}", outcome),)
        case DependentSchemas(schemas=schemas):
            for _, node in schemas:
                yield node, None, ()
        case PrefixItems():
            for index, item in enumerate(rule.items):
                yield item, Step(first=index, last=index), ()
            if rule.rest is not None:
                yield rule.rest, Step(first=len(rule.items)), ()
        case Contains():  # too few and too many are counted one after the other
            for _ in range(1 if rule.most is None else 2):
                yield rule.item, Step(first=0), ()
        case PatternProperties():
            for pattern, node in rule.patterns:
                yield node, Step(pattern=pattern), ()
            if rule.extra is not None:
                yield rule.extra, Step(but=frozenset(rule.declared)), ()
        case _:
            pass  # names are strings, and what is listed or required is not recursive


@dataclass(slots=True)
class _Automaton:
    """States are nodes, by number; those of named types come first, in order."""

    types: Mapping[str, NamedType]
    nodes: list[TypeNode] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    edges: dict[int, tuple[Edge, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.types.values():
            self._number(each.node)
        rest = 0
        while rest < len(self.nodes):
            self.edges[rest] = self._edges(rest)
            rest += 1

    def _number(self, node: TypeNode) -> int:
        while isinstance(node, RefType) and node.name in self.types:
            node = self.types[node.name].node
        number = self.numbers.setdefault(id(node), len(self.nodes))
        if number == len(self.nodes):
            self.nodes.append(node)
        return number

    def _edges(self, state: int) -> tuple[Edge, ...]:
        """All steps that a state takes, those of what it asks about the same value included."""
        found: list[Edge] = []
        copies: Counter[tuple[Step, int, Guards]] = Counter()
        ways: Counter[tuple[int, Guards]] = Counter()
        rest: list[tuple[TypeNode, Guards]] = [(self.nodes[state], ())]
        while rest:
            node, guards = rest.pop()
            for inner, step, more in _asked(node, self.types):
                if isinstance(inner, AnyType) or (step is None and _contradict(guards, more)):
                    continue
                # Two of the same are as ambiguous as more. Without their guards ways are taken more often, never less.
                if step is None:
                    together = (*guards, *more) if len(ways) < _MOST_WAYS else ()
                    ways[id(inner), together] += 1
                    if ways[id(inner), together] <= 2:
                        rest.append((inner, together))
                    continue
                to = self._number(inner)
                copies[step, to, guards] += 1
                if copies[step, to, guards] <= 2:
                    found.append(Edge(step, to, guards))
        return tuple(found)

    def ambiguous(self) -> list[str]:
        """The named types that reach themselves by two paths of the same steps."""
        circles = _strong({state: {edge.to for edge in edges} for state, edges in self.edges.items()})
        found: set[int] = set()
        for circle in circles:
            found |= self._ambiguous_in(circle)
        return [name for name, each in self.types.items() if self._number(each.node) in found]

    def _ambiguous_in(self, circle: frozenset[int]) -> set[int]:
        inside = {state: [edge for edge in self.edges[state] if edge.to in circle] for state in circle}
        pairs: dict[tuple[int, int], set[tuple[int, int]]] = {}
        parted: set[tuple[tuple[int, int], tuple[int, int]]] = set()
        rest = [(state, state) for state in circle]
        while rest:
            pair = rest.pop()
            if pair in pairs:
                continue
            pairs[pair] = set()
            for one in inside[pair[0]]:
                for other in inside[pair[1]]:
                    if one.step.meets(other.step) and not _contradict(one.guards, other.guards):
                        to = (min(one.to, other.to), max(one.to, other.to))
                        pairs[pair].add(to)
                        rest.append(to)
                        if one is not other:
                            parted.add((pair, to))
        found: set[int] = set()
        for group in _strong(pairs):
            if any(pair in group and to in group for pair, to in parted):
                found |= {one for one, other in group if one == other}
        return found


def _contradict(guards: Guards, others: Guards) -> bool:
    return any(name == other and value != needed for name, value in guards for other, needed in others)


def _strong(graph: Mapping[T, Iterable[T]]) -> list[frozenset[T]]:
    """The strongly connected parts of a graph that hold a cycle (Kosaraju: once through, once backwards)."""
    order: list[T] = []
    seen: set[T] = set()
    for start in graph:
        walk: list[tuple[T, Iterator[T]]] = [] if start in seen else [(start, iter(graph[start]))]
        seen.add(start)
        while walk:
            node, others = walk[-1]
            following = next((each for each in others if each not in seen), None)
            if following is None:
                order.append(node)
                walk.pop()
            else:
                seen.add(following)
                walk.append((following, iter(graph[following])))
    back: dict[T, list[T]] = {node: [] for node in graph}
    for node in graph:
        for other in graph[node]:
            back[other].append(node)
    parts: list[frozenset[T]] = []
    taken: set[T] = set()
    for start in reversed(order):
        part, rest = set[T](), [start]
        while rest:
            node = rest.pop()
            if node not in taken:
                taken.add(node)
                part.add(node)
                rest.extend(back[node])
        if len(part) > 1 or any(node in set(graph[node]) for node in part):
            parts.append(frozenset(part))
    return parts
