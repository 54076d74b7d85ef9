"""What the parts of a planner share: the types of both sides, where one stands, and what stands in the way."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from rtgen.conversion.obstacle import Obstacle
from rtgen.conversion.steps import Plan
from rtgen.schema.inclusion import Excluded, Included, Inclusion
from rtgen.schema.inclusion.accepting import Judge
from rtgen.schema.inclusion.proving import Prover
from rtgen.schema.types import Json, NamedType, RefType, TypeNode
from rtgen.source.span import Span

_SHOWN = 60


@dataclass(slots=True)
class Sides:
    """Two contracts' types: those of what is sent, and those of what is read. One of the two is the version of now."""

    sent: Mapping[str, NamedType]
    read: Mapping[str, NamedType]
    to_now: bool
    """Whether an old version sends and the one of now reads."""
    obstacles: list[Obstacle] = field(default_factory=list)
    place: str = ""
    span: Span | None = None
    _inclusion: Inclusion = field(init=False)

    def __post_init__(self) -> None:
        self._inclusion = Inclusion(self.sent, self.read)

    def proves(self, sent: TypeNode, read: TypeNode) -> bool:
        """Whether all that is sent is surely accepted as it is."""
        return Prover(self.sent, self.read).proves(sent, read)

    def fits(self, node: TypeNode, text: str, *, read: bool) -> bool:
        """Whether a value, as JSON text, is one of a type of the one side or the other."""
        value: Json = json.loads(text)
        return Judge(self.read if read else self.sent).accepts(node, value) is True

    def stop(self, at: str, message: str, hint: str, span: Span | None = None) -> None:
        """Note what can't be converted."""
        self.obstacles.append(Obstacle(self.place, at, message, hint, span or self.span))

    @contextmanager
    def standing(self, span: Span | None) -> Iterator[None]:
        """Tell obstacles met meanwhile of a nearer place in the contract of now."""
        before, self.span = self.span, span or self.span
        yield
        self.span = before

    def refuse(self, sent: TypeNode, read: TypeNode, at: str) -> None:
        """Note that one type is not included in the other, with a value that shows it where there is one."""
        answer = self._inclusion.of(sent, read)
        if isinstance(answer, Included):
            message = "it is not sure that what has to be converted is accepted then"
        elif isinstance(answer, Excluded):
            shown = json.dumps(answer.value, ensure_ascii=False)
            shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
            message = f"{self.sender} may send {shown}, which {self.reader} refuses (`{answer.refusal.word}`)"
        else:
            message = f"it is not sure that {self.reader} accepts all that {self.sender} may send"
        self.stop(at, message, "No converter can make up for it: accept what the other version does.")

    @property
    def sender(self) -> str:
        """The side that sends, in a sentence."""
        return "the old version" if self.to_now else "the version of now"

    @property
    def reader(self) -> str:
        """The side that reads, in a sentence."""
        return "the version of now" if self.to_now else "the old version"

    def sent_node(self, node: TypeNode) -> TypeNode:
        """What is sent, without its name."""
        return self.sent_node(self.sent[node.name].node) if isinstance(node, RefType) else node

    def read_node(self, node: TypeNode) -> TypeNode:
        """What is read, without its name."""
        return self.read_node(self.read[node.name].node) if isinstance(node, RefType) else node


class Walk(Protocol):
    """What plans one kind of type needs of the whole."""

    @property
    def sides(self) -> Sides:
        """Where it stands."""
        ...

    def plan(self, sent: TypeNode, read: TypeNode, at: str) -> Plan | None:
        """What turns values of the one type into values of the other."""
        ...


def below(at: str, step: str) -> str:
    """A JSON pointer, one step further."""
    return f"{at}/{step.replace('~', '~0').replace('/', '~1')}"
