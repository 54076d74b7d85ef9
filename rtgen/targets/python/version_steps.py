"""Places of now in old payloads, as Python: what an issue points at, an old client knows by its own names."""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rtgen.conversion.steps import Branch, Call, Entries, Fields, Functions, Items, Move, Plan
from rtgen.conversion.trimming import calls
from rtgen.targets.python.code import doc
from rtgen.targets.python.contexts import ConverterContext
from rtgen.targets.python.layout import expression
from rtgen.targets.text import PyCode, py_string


@dataclass(slots=True)
class StepConverters:
    """The functions of one version, along the plans from old to now. Only those that a name changes in are there.

    `names` is what the converters of the same pairs are called; `used` grows with what is needed of the runtime.
    """

    functions: Functions
    version: str
    names: Mapping[Call, str]
    used: set[str]
    judged: Iterable[Plan | None]
    """The plans for what is judged, so that an issue can point into it."""
    _renaming: frozenset[Call] = field(init=False)
    _needed: frozenset[Call] = field(init=False)

    def __post_init__(self) -> None:
        found: set[Call] = set()
        while more := {call for call, plan in self.functions.items() if call not in found and _renames(plan, found)}:
            found |= more
        self._renaming = frozenset(found)
        self._needed = _reached(self.judged, self.functions)

    def of(self, plan: Plan | None) -> ast.expr | None:
        """The function for a plan; `None` where every place has the same name."""
        match plan:
            case Call() if plan in self._renaming:
                return ast.Name(f"{self.names[plan]}_steps")
            case Items(each=each) | Entries(each=each):
                return self._around("inside", [each])
            case Branch(cases=cases):
                return self._around("either", [case.plan for case in cases])
            case _:
                return None

    def _around(self, word: str, plans: list[Plan]) -> ast.expr | None:
        ways = [way for plan in plans if (way := self.of(plan)) is not None]
        if not ways or (word == "either" and len(ways) == 1):
            return ways[0] if ways else None
        self.used.add(word)
        return ast.Call(ast.Name(word), ways, [])

    def written(self) -> Iterator[ConverterContext]:
        """All functions."""
        for call, plan in self.functions.items():
            if call in self._renaming and call in self._needed:
                head = PyCode(f"def {self.names[call]}_steps(steps: list[str]) -> list[str]:")
                words = doc(f"A place in `{call.read}`, as {self.version} has it.", 4)
                yield ConverterContext(head, words, tuple(self._body(plan)))

    def _body(self, plan: Plan) -> Iterator[PyCode]:
        if not isinstance(plan, Fields):
            way = self.of(plan)
            if way is not None:
                yield PyCode(f"return {expression(ast.Call(way, [ast.Name('steps')], []), indent=4, taken=7)}")
            return
        yield PyCode("match steps:")
        for move in plan.moves:
            if _moves(move, self._renaming):
                yield PyCode(f"    case [{py_string(move.read)}, *rest]:")
                yield PyCode(f"        return [{py_string(move.sent)}, *{self._rest(move)}]")
        yield PyCode("return steps")

    def _rest(self, move: Move) -> str:
        way = self.of(move.plan)
        return "rest" if way is None else f"{expression(way, taken=-1_000)}(rest)"


def _reached(plans: Iterable[Plan | None], functions: Functions) -> frozenset[Call]:
    rest, found = [call for plan in plans for call in calls(plan)], set[Call]()
    while rest:
        call = rest.pop()
        if call not in found:
            found.add(call)
            rest.extend(calls(functions[call]))
    return frozenset(found)


def _renames(plan: Plan | None, known: Collection[Call]) -> bool:
    match plan:
        case Call():
            return plan in known
        case Items(each=each) | Entries(each=each):
            return _renames(each, known)
        case Branch(cases=cases):
            return any(_renames(case.plan, known) for case in cases)
        case Fields(moves=moves):
            return any(_moves(each, known) for each in moves)
        case _:
            return False


def _moves(move: Move, known: Collection[Call]) -> bool:
    return move.sent != move.read or _renames(move.plan, known)
