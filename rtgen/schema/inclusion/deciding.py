"""Is what one schema lets be sent accepted by another? Yes with a proof, no with a value that shows it, or undecided.

The proof is by structure (`proving`); a value that shows the contrary is looked for near the edges of both schemas
(`candidates`) and judged by both. Inclusion of JSON Schemas is hard in general (Habib and others, "Finding Data
Compatibility Bugs with JSON Subschema Checks", 2021), so the third answer stays, with the word that it is about.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from rtgen.schema.inclusion.accepting import Judge, Refusal
from rtgen.schema.inclusion.candidates import Candidates
from rtgen.schema.inclusion.edges import Edges, edges_of
from rtgen.schema.inclusion.proving import Prover
from rtgen.schema.types import AnyType, Json, NamedType, ObjectType, RefinedType, RefType, TypeNode, UnionType

_TRIED = 3000
"""How many values are tried: some tenths of a second for large schemas."""


@dataclass(frozen=True, slots=True)
class Included:
    """Everything that is sent is accepted."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A value that may be sent and is refused, and why."""

    value: Json
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Undecided:
    """No proof was found, and no value that shows the contrary."""


Answer = Included | Excluded | Undecided


@dataclass(slots=True)
class Inclusion:
    """Compares types of two contracts, in one direction. Answers are kept: the same names come again and again."""

    sent: Mapping[str, NamedType]
    read: Mapping[str, NamedType]
    _known: dict[tuple[TypeNode, TypeNode], Answer] = field(default_factory=dict)

    def of(self, sent: TypeNode, read: TypeNode) -> Answer:
        """Whether all that is sent is accepted."""
        found = self._known.get((sent, read))
        if found is None:
            found = self._known[sent, read] = self._decided(sent, read)
        return found

    def _decided(self, sent: TypeNode, read: TypeNode) -> Answer:
        if Prover(self.sent, self.read).proves(sent, read):
            return Included()
        return next(self._refused(sent, read), Undecided())

    def refused_at(self, sent: TypeNode, read: TypeNode, matches: Callable[[Json, Refusal], bool]) -> Excluded | None:
        """A value that may be sent and is refused for one certain reason, where one is found."""
        for value, refusals in self._all_refused(sent, read):
            found = next((each for each in refusals if matches(value, each)), None)
            if found is not None:
                return Excluded(value, found)
        return None

    def undeclared_at(self, sent: TypeNode, read: TypeNode, steps: Sequence[str]) -> Excluded | None:
        """A value with a property that nobody declared, in the object at `steps`, which the reader refuses.

        Generated code sends none; people's own objects, which clients hand to it, may have more than they show.
        """
        allowed, judge = Judge(self.sent), Judge(self.read)
        for value in islice(self._values(sent, read), _TRIED):
            stray = _with_stray(value, steps)
            if stray is not None and allowed.accepts(sent, stray) is True:
                refusals = judge.refusals(read, stray)
                if refusals:
                    return Excluded(stray, refusals[0])
        return None

    def _refused(self, sent: TypeNode, read: TypeNode) -> Iterator[Excluded]:
        return (Excluded(value, refusals[0]) for value, refusals in self._all_refused(sent, read))

    def _all_refused(self, sent: TypeNode, read: TypeNode) -> Iterator[tuple[Json, tuple[Refusal, ...]]]:
        judge = Judge(self.read)
        for value in self.sendable(sent, read):
            refusals = judge.refusals(read, value)
            if refusals:
                yield value, refusals

    def sendable(self, sent: TypeNode, read: TypeNode) -> Iterator[Json]:
        """Values that generated code lets be sent, near the edges of both types; the simplest comes first."""
        allowed = Judge(self.sent)
        for value in islice(self._values(sent, read), _TRIED):
            if allowed.accepts(sent, value) is True and self._is_sent(sent, value):
                yield value

    def _values(self, sent: TypeNode, read: TypeNode) -> Iterator[Json]:
        own, asked = edges_of(sent, self.sent), edges_of(read, self.read)
        edges = Edges(tuple(dict.fromkeys((*asked.numbers, *own.numbers))), asked.names, (*asked.words, *own.words))
        return Candidates(self.sent, edges.numbers, edges.names, edges.words).of(sent)

    def _is_sent(self, node: TypeNode, value: Json) -> bool:
        """Whether generated code would send a value: nothing undeclared in an open object."""
        match node:
            case RefType():
                return self._is_sent(self.sent[node.name].node, value)
            case RefinedType():
                return self._is_sent(node.base, value)
            case UnionType():
                judge = Judge(self.sent)
                return any(judge.accepts(each, value) is True and self._is_sent(each, value) for each in node.members)
            case ObjectType() if isinstance(value, dict):
                own = {each.name: each.type for each in node.properties}
                inside = all(self._is_sent(own[name], each) for name, each in value.items() if name in own)
                return inside and (not isinstance(node.extra, AnyType) or value.keys() <= own.keys())
            case _:
                return True


def _with_stray(value: Json, steps: Sequence[str]) -> Json:
    """The value with one property more in the object at `steps` (`*` is the first there is); `None` if it has none."""
    if not steps:
        return {**value, "undeclared": True} if isinstance(value, dict) else None
    step, rest = steps[0], steps[1:]
    if isinstance(value, dict) and value and (step in value or step == "*"):
        name = step if step in value else next(iter(value))
        inside = _with_stray(value[name], rest)
        return None if inside is None else {**value, name: inside}
    if isinstance(value, list) and value and step == "*":
        inside = _with_stray(value[0], rest)
        return None if inside is None else [inside, *value[1:]]
    return None
