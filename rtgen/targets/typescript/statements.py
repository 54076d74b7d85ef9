"""The few statements that checks are made of, and how Prettier lays them out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from rtgen.targets.typescript.layout import condition, fits


@dataclass(frozen=True, slots=True)
class Line:
    """A statement that is laid out already."""

    text: str


@dataclass(frozen=True, slots=True)
class Arm:
    """One branch: the conditions, all of which must hold, and what is then done. Without conditions it is `else`."""

    conditions: tuple[str, ...]
    body: tuple["Statement", ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """`if`, and `else if` for each further arm."""

    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """A `for` with its head, such as `const name of names`."""

    head: str
    body: tuple["Statement", ...]


Statement = Line | Branch | Loop

STOP = Line("return false;")
"""Ends a check that is not to go on."""


def when(conditions: Iterable[str], *body: Statement) -> Branch:
    """A branch with one arm."""
    return Branch((Arm(tuple(conditions), body),))


def stop(conditions: Iterable[str]) -> Branch:
    """The end of a check where all conditions hold."""
    return when(conditions, STOP)


def printed(statements: Iterable[Statement], indent: int) -> Iterator[str]:
    """The lines of statements, indented."""
    pad = " " * indent
    for each in statements:
        match each:
            case Line(text):
                yield from (pad + text).split("\n")
            case Loop(head, body):
                yield f"{pad}for ({head}) {{"
                yield from printed(body, indent + 2)
                yield pad + "}"
            case Branch(arms):
                yield from _branch(arms, indent)
            case _:
                assert_never(each)


def _branch(arms: tuple[Arm, ...], indent: int) -> Iterator[str]:
    pad = " " * indent
    if len(arms) == 1 and len(arms[0].body) == 1:
        line = _one_line(arms[0])
        if line and fits(line, indent):
            yield pad + line
            return
    opening = "if"
    for arm in arms:
        yield from _head(opening, arm.conditions, indent)
        yield from printed(arm.body, indent + 2)
        opening = "} else if"
    yield pad + "}"


def _one_line(arm: Arm) -> str:
    only = arm.body[0]
    return f"if ({' && '.join(arm.conditions)}) {only.text}" if isinstance(only, Line) else ""


def _head(opening: str, conditions: tuple[str, ...], indent: int) -> Iterator[str]:
    pad = " " * indent
    if not conditions:
        yield pad + "} else {"
        return
    line = f"{opening} ({' && '.join(conditions)}) {{"
    if fits(line, indent):
        yield pad + line
        return
    yield f"{pad}{opening} ("
    for index, each in enumerate(conditions):
        last = index == len(conditions) - 1
        tail = "" if last else " &&"
        yield from (f"{pad}  {condition(each, tail, indent + 2)}").split("\n")
    yield f"{pad}) {{"
