"""Lines as Prettier would break them at 120 columns: output is printed formatted, not formatted afterwards."""

import re
from collections.abc import Sequence

WIDTH = 120
_ONE_CALL = re.compile(r"(!?[\w.?]+)\((.+)\)")


def fits(line: str, indent: int = 0) -> bool:
    """Whether a line needs no break."""
    return indent + len(line) <= WIDTH


def call(head: str, arguments: Sequence[str], tail: str, indent: int = 0) -> str:
    """`head(arguments)tail`, each argument on a line of its own where one line is too narrow.

    Also for the parameters of a signature. The first line is not indented: the caller puts it in place.
    """
    line = f"{head}({', '.join(arguments)}){tail}"
    if fits(line, indent) or not arguments:
        return line
    pad = " " * indent
    return f"{head}(\n" + "".join(f"{pad}  {each},\n" for each in arguments) + f"{pad}){tail}"


def braces(
    head: str, members: Sequence[str], tail: str, indent: int = 0, *, separator: str = ",", after: int = 0
) -> str:
    """`head{ members }tail`: a literal, a pattern, an import's names or an object type.

    `separator` is `;` for object types. Broken, every member ends with it; on one line the last one does not.
    `after` is how many characters the caller puts behind it.
    """
    line = f"{head}{{ {f'{separator} '.join(members)} }}{tail}" if members else f"{head}{{}}{tail}"
    if not members or (fits(line, indent + after) and "\n" not in line):
        return line
    pad = " " * indent
    return f"{head}{{\n" + "".join(f"{pad}  {each}{separator}\n" for each in members) + f"{pad}}}{tail}"


def angles(head: str, arguments: Sequence[str], tail: str, indent: int = 0) -> str:
    """`head<arguments>tail`, each type argument on a line of its own where one line is too narrow."""
    line = f"{head}<{', '.join(arguments)}>{tail}"
    if fits(line, indent):
        return line
    pad = " " * indent
    return f"{head}<\n" + ",\n".join(f"{pad}  {each}" for each in arguments) + f"\n{pad}>{tail}"


def assigned(left: str, opening: str) -> tuple[str, int]:
    """How `left = opening` begins, and how far what follows is indented: the value goes below where it must."""
    if fits(f"{left} = {opening}"):
        return f"{left} = {opening}", 0
    return f"{left} =\n  {opening}", 2


def destructured(members: Sequence[str], source: str, indent: int = 0) -> str:
    """`const { members } = source;`; what is too wide is broken after the `=` first, then at the members."""
    left = f"const {{ {', '.join(members)} }} ="
    if fits(left, indent) and not fits(f"{left} {source};", indent):
        return f"{left}\n{' ' * indent}  {source};"
    return braces("const ", members, f" = {source};", indent)


def member(name: str, value: str, indent: int) -> str:
    """`name: value` of a literal whose members stand on lines of their own; the value goes below where it must."""
    line = f"{name}: {value}"
    return line if fits(line, indent + 1) else f"{name}:\n{' ' * indent}  {value}"


def condition(text: str, tail: str, indent: int) -> str:
    """A condition on a line of its own, and what follows; of one call, the arguments are broken where it is too wide.

    Of a choice in parentheses, every part stands on a line of its own then.
    """
    if fits(text + tail, indent):
        return text + tail
    if text.startswith("("):
        return text.replace(" || ", " ||\n" + " " * (indent + 2)) + tail
    found = _ONE_CALL.fullmatch(text)
    return text + tail if found is None else call(found.group(1), _arguments(found.group(2)), tail, indent)


def _arguments(text: str) -> list[str]:
    """The arguments of a call, which may be calls."""
    found: list[str] = []
    for piece in text.split(", "):
        if found and found[-1].count("(") > found[-1].count(")"):
            found[-1] += f", {piece}"
        else:
            found.append(piece)
    return found


def any_of(conditions: Sequence[str]) -> str:
    """One condition that holds where any of several does, to stand beside others."""
    return f"({' || '.join(conditions)})" if len(conditions) > 1 else conditions[0]


def import_names(names: Sequence[str], module: str) -> str:
    """An import of `names` (some with `type` before them) from a module, sorted as readers look for them."""
    if all(name.startswith("type ") for name in names):
        return braces("import type ", _sorted([name.removeprefix("type ") for name in names]), f" from {module};")
    return braces("import ", _sorted(names), f" from {module};")


def _sorted(names: Sequence[str]) -> list[str]:
    return sorted(set(names), key=lambda name: (name.removeprefix("type ").lower(), name))
