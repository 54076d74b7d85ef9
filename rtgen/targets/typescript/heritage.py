"""What a type is made of, broken over lines as Prettier would: `extends A, B` of interfaces, and `A & B`."""

from collections.abc import Sequence
from dataclasses import dataclass

from rtgen.targets.typescript.layout import angles, fits


@dataclass(frozen=True, slots=True)
class Applied:
    """A generic type with its arguments, or with one that is a choice of them: `Recording<"posted" | "edited">`."""

    name: str
    arguments: tuple[str, ...]
    separator: str = ", "

    def __str__(self) -> str:
        return f"{self.name}<{self.separator.join(self.arguments)}>"

    def broken(self, head: str, tail: str, indent: int = 0) -> str:
        """`head Name<arguments>tail`, the arguments on lines of their own where one line is too narrow."""
        line = f"{head}{self}{tail}"
        if fits(line, indent):
            return line
        if self.separator == ", ":
            return angles(f"{head}{self.name}", self.arguments, tail, indent)
        pad = " " * indent
        return f"{head}{self.name}<\n" + "".join(f"{pad}  | {each}\n" for each in self.arguments) + f"{pad}>{tail}"


def extending(head: str, bases: Sequence[Applied]) -> str:
    """The head of an interface, up to its brace."""
    line = f"extends {', '.join(map(str, bases))} {{"
    if len(bases) == 1:
        return bases[0].broken(f"{head} extends ", " {")
    if fits(f"{head} {line}"):
        return f"{head} {line}"
    if fits(line, 2):
        return f"{head}\n  {line}"
    *others, last = bases
    lines = [*(each.broken("", ",", 4) for each in others), last.broken("", " {", 4)]
    return f"{head}\n  extends\n" + "\n".join(f"    {each}" for each in lines)


def intersection(head: str, parts: Sequence[Applied]) -> str:
    """An alias of types that are all meant, as one statement."""
    line = f"{head} {' & '.join(map(str, parts))};"
    if len(parts) == 1:
        return parts[0].broken(f"{head} ", ";")
    if fits(line):
        return line
    first, *others = parts
    *between, last = others
    lines = [first.broken(f"{head} ", " &"), *(f"  {each.broken('', ' &', 2)}" for each in between)]
    return "\n".join([*lines, f"  {last.broken('', ';', 2)}"])
