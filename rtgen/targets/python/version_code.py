"""Converters as Python: a function for each pair of types, and expressions for what needs none."""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import assert_never

from rtgen.conversion.steps import Branch, Call, Entries, Fields, Fill, Functions, Items, JsonKind, Move, Plan, Values
from rtgen.targets.naming import snake_case
from rtgen.targets.python.code import doc
from rtgen.targets.python.contexts import ConverterContext
from rtgen.targets.python.layout import expression, json_expression
from rtgen.targets.text import PyCode

_PATTERNS = {JsonKind.STRING: "str()", JsonKind.ARRAY: "list()", JsonKind.OBJECT: "dict()"}


@dataclass(slots=True)
class Converters:
    """The functions of one direction of one version. `used` grows with what they need of the runtime."""

    functions: Functions
    version: str
    suffix: str
    to_now: bool
    used: set[str] = field(default_factory=set)
    _names: dict[Call, str] = field(default_factory=dict)
    _more: list[tuple[str, str, Plan]] = field(default_factory=list)
    """Functions for parts that have no type of their own: name, what it is called, plan."""

    def __post_init__(self) -> None:
        taken: set[str] = set()
        for call in self.functions:
            self._names[call] = self._free(call.read if self.to_now else call.sent, taken)

    def _free(self, name: str, taken: set[str]) -> str:
        stem, count = snake_case(name), 1
        while (found := f"{stem}{'' if count == 1 else f'_{count}'}_{self.suffix}") in taken:
            count += 1
        taken.add(found)
        return found

    def name_of(self, call: Call) -> str:
        """What a pair's function is called."""
        return self._names[call]

    def converter(self, plan: Plan, called: str) -> ast.expr:
        """A function that does what a plan says; `called` names the value where the function has to be made."""
        if isinstance(plan, Call):
            return ast.Name(self._names[plan])
        name = f"{snake_case(called)}_{self.suffix}"
        known = next((each for each, _, made in self._more if made == plan and each.startswith(name)), None)
        if known is None:
            count = sum(each.startswith(name) for each, _, _ in self._more)
            known = name if not count and name not in self._names.values() else f"{name}_part_{count + 1}"
            self._more.append((known, called, plan))
        return ast.Name(known)

    def written(self) -> Iterator[ConverterContext]:
        """All functions; ask when every converter was asked for."""
        for call, plan in self.functions.items():
            yield self._function(self._names[call], call.read if self.to_now else call.sent, plan)
        done = 0
        while done < len(self._more):
            name, called, plan = self._more[done]
            yield self._function(name, called, plan)
            done += 1

    def _function(self, name: str, called: str, plan: Plan) -> ConverterContext:
        told = f"`{called}` of {self.version} as it is now." if self.to_now else f"`{called}` as {self.version} has it."
        points = [*_points(plan, self.version, to_now=self.to_now)]
        words = "\n\n".join([told, "\n".join(f"- {each}" for each in points)]) if points else told
        head = PyCode(f"def {name}(value: Any) -> Any:")
        return ConverterContext(head, doc(words, 4), tuple(self._body(plan, called)))

    def _body(self, plan: Plan, called: str) -> Iterator[PyCode]:
        match plan:
            case Fields():
                yield from self._fields(plan, called)
            case Branch(cases=cases):
                yield PyCode("match value:")
                for case in cases:
                    test = case.test
                    name = (
                        _PATTERNS[test]
                        if isinstance(test, JsonKind)
                        else _printed(json_expression({test.name: test.value}))
                    )
                    yield PyCode(f"    case {name}:")
                    result = self._value(case.plan, ast.Name("value"), called)
                    yield PyCode(f"        return {expression(result, indent=12, taken=7)}")
                yield PyCode("return value")
            case _:
                result = self._value(plan, ast.Name("value"), called)
                yield PyCode(f"return {expression(result, indent=4, taken=7)}")

    def _fields(self, plan: Fields, called: str) -> Iterator[PyCode]:
        yield PyCode("if not isinstance(value, dict):")
        yield PyCode("    return value")
        made: ast.expr = ast.Call(ast.Name("dict"), [ast.Name("value")], [])
        if plan.only is not None:
            self.used.add("only")
            made = ast.Call(ast.Name("only"), [ast.Name("value"), *map(ast.Constant, plan.only)], [])
        yield PyCode(f"made = {expression(made, indent=4, taken=7)}")
        for name in plan.dropped:
            yield _statement(ast.Call(ast.Name("made.pop"), [ast.Constant(name), ast.Constant(None)], []))
        for fill in plan.before:
            yield from _filled(fill)
        for move in plan.moves:
            yield from self._move(move, called)
        for fill in plan.after:
            yield from _filled(fill)
        yield PyCode("return made")

    def _move(self, move: Move, called: str) -> Iterator[PyCode]:
        sent, read = (_printed(ast.Constant(name)) for name in (move.sent, move.read))
        yield PyCode(f"if {sent} in made:")
        value: ast.expr = (
            ast.Call(ast.Name("made.pop"), [ast.Constant(move.sent)], [])
            if move.sent != move.read
            else ast.Subscript(ast.Name("made"), ast.Constant(move.sent))
        )
        if move.plan is not None:
            value = self._value(move.plan, value, f"{called}.{move.read if self.to_now else move.sent}")
        target = f"made[{read}] = "
        yield PyCode(f"    {target}{expression(value, indent=8, taken=len(target))}")

    def _value(self, plan: Plan, value: ast.expr, called: str) -> ast.expr:
        """An expression for what becomes of a value."""
        match plan:
            case Values(pairs=pairs):
                self.used.add("renamed")
                return ast.Call(ast.Name("renamed"), [value, json_expression(dict(pairs))], [])
            case Items(each=each) | Entries(each=each):
                word = "items" if isinstance(plan, Items) else "entries"
                self.used.add(word)
                return ast.Call(ast.Name(word), [value, self.converter(each, f"{called}.{_ONE[word]}")], [])
            case Call() | Fields() | Branch():
                return ast.Call(self.converter(plan, called), [value], [])
            case _:
                assert_never(plan)


_ONE = {"items": "item", "entries": "entry"}


def _filled(fill: Fill) -> Iterator[PyCode]:
    value, name = json_expression(json.loads(fill.text)), _printed(ast.Constant(fill.name))
    target = f"made[{name}] = "
    if fill.null:
        yield PyCode(f"if {name} in made and made[{name}] is None:")
        yield PyCode(f"    {target}{expression(value, indent=8, taken=len(target))}")
    elif fill.always:
        yield PyCode(f"{target}{expression(value, indent=4, taken=len(target))}")
    else:
        yield _statement(ast.Call(ast.Name("made.setdefault"), [ast.Constant(fill.name), value], []))


def _statement(node: ast.expr) -> PyCode:
    return expression(node, indent=4)


def _printed(node: ast.expr) -> PyCode:
    return expression(node, taken=-1_000_000)


def _points(plan: Plan, version: str, *, to_now: bool) -> Iterator[str]:
    """What is done, in words."""
    if isinstance(plan, Values):
        yield from (f"`{sent}` is `{read}`" for sent, read in plan.pairs)
    if not isinstance(plan, Fields):
        return
    if plan.only is not None:
        yield "what the other version does not declare is left out"
    for name in plan.dropped:
        yield f"`{name}` is gone" if to_now else f"{version} has no `{name}`"
    for move in plan.moves:
        if move.sent != move.read:
            yield f"`{move.read}` was `{move.sent}`" if to_now else f"`{move.sent}` was `{move.read}`"
        if isinstance(move.plan, Values):
            for sent, read in move.plan.pairs:
                yield f"`{move.read}`: `{sent}` is `{read}`"
    yield from (_told(fill, version, to_now=to_now) for fill in (*plan.before, *plan.after))


def _told(fill: Fill, version: str, *, to_now: bool) -> str:
    if fill.null:
        return f"`{fill.name}` may be `null`: then it is `{fill.text}`"
    if not fill.always:
        return f"`{fill.name}` may be missing: then it is `{fill.text}`"
    if to_now:
        return f"{version} has no `{fill.name}`: it is `{fill.text}`"
    return f"`{fill.name}` is gone: {version} is given `{fill.text}`"
