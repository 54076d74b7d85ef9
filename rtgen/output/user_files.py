"""Files of the user's: written once, then only added to. Not one character that stands there is changed.

A missing handler goes after the last line of its class. Where that can't be done without guessing (no such class, a
class on one line, a file that does not parse) the lines to paste are reported instead.
"""

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from rtgen.files import Completion
from rtgen.source.finding import Finding, warning
from rtgen.source.span import Position, Span, file_start


@dataclass(slots=True)
class Completed:
    """A user's file after the missing handlers were added."""

    text: str
    added: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def complete(text: str, completions: Sequence[Completion], shown: str) -> Completed:
    """Add what a file lacks. `shown` is how findings name the file."""
    done = Completed(text)
    read, known = text, _classes_of(text)
    for completion in completions:
        if read is not done.text:
            read, known = done.text, _classes_of(done.text)
        if known is None:
            message = f"this file does not parse, so whether it handles {completion.subject} is unknown"
            done.findings.append(_paste(completion, message, file_start(shown)))
            continue
        classes = _subclasses(known, completion.class_base)
        if any(_method(each, completion.method) is not None for each in classes):
            continue
        if not classes:
            message = f"no class here derives from `{completion.class_base}`, so {completion.subject} has no handler"
            done.findings.append(_paste(completion, message, file_start(shown)))
            continue
        added = _append(done.text, classes[0], completion.lines)
        if added is None:
            message = f"nothing can be added to this class, so {completion.subject} has no handler"
            done.findings.append(_paste(completion, message, _span(classes[0], shown)))
        else:
            done.text = added
            done.added.append(f"{completion.class_base}.{completion.method}")
    return done


def leftovers(text: str, gone: Collection[str], shown: str) -> list[tuple[str, Finding]]:
    """Handlers in a user's file whose event is no longer in the contract; they are reported, never removed."""
    known = _classes_of(text) if gone else None
    found = []
    for name in sorted(gone):
        base, _, method = name.rpartition(".")
        for each in _subclasses(known, base) if known is not None else ():
            node = _method(each, method)
            if node is not None:
                message = f"`{method}` handles nothing: the contract no longer has it"
                hint = "Remove the method when you no longer need it."
                found.append((name, warning("handler-gone", message, _span(node, shown), hint)))
    return found


def _classes_of(text: str) -> list[ast.ClassDef] | None:
    """The classes of a module, wherever they stand; `None` where it does not parse."""
    try:
        tree = ast.parse(text.lstrip("\ufeff"))
    except (SyntaxError, ValueError, RecursionError):
        return None
    return [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def _subclasses(known: Sequence[ast.ClassDef], base: str) -> list[ast.ClassDef]:
    wanted = base.rpartition(".")[2]
    return [each for each in known if any(_last_name(one) == wanted for one in each.bases)]


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _last_name(value)
    return ""


def _method(node: ast.ClassDef, name: str) -> ast.stmt | None:
    rest: list[ast.stmt] = list(node.body)
    while rest:
        each = rest.pop(0)
        match each:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if each.name == name:
                return each
            case ast.Assign(targets=targets) if any(isinstance(it, ast.Name) and it.id == name for it in targets):
                return each
            case ast.If():
                rest += [*each.body, *each.orelse]
            case ast.Try():
                rest += [*each.body, *each.orelse, *each.finalbody]
    return None


def _append(text: str, node: ast.ClassDef, lines: Sequence[str]) -> str | None:
    newline = "\r\n" if "\r\n" in text else "\n"
    rows = text.split("\n")
    last = node.end_lineno or 0
    inherits = len(node.bases) > 1  # a second base may define the method, and an added one would hide it
    if inherits or node.body[0].lineno == node.lineno or last > len(rows):
        return None
    # A comment that is indented as the body belongs to the class as well.
    indent = node.body[0].col_offset
    at = last
    for number in range(last, len(rows)):
        row = rows[number]
        if row.strip() and not (row.strip().startswith("#") and len(row) - len(row.lstrip()) >= indent):
            break
        if row.strip():
            at = number + 1
    head = "\n".join(rows[:at])
    tail = "\n".join(rows[at:])
    block = newline.join(["", *(_shifted(line, indent) for line in lines)])
    ended = head if head.endswith("\r") or newline == "\n" else head + "\r"
    rest = ("\n" + tail) if at < len(rows) else "\n"
    return ended + "\n" + block + ("\r" if newline == "\r\n" else "") + rest


def _shifted(line: str, indent: int) -> str:
    """A line made for a class at the left edge, as it goes into one that is indented further."""
    return " " * (indent - 4) + line if line.strip() and indent > 4 else line


def _span(node: ast.stmt, shown: str) -> Span:
    start = Position(node.lineno, node.col_offset + 1)
    return Span(shown, start, start)


def _paste(completion: Completion, message: str, span: Span) -> Finding:
    return warning("handler-missing", message, span, "Paste this:\n" + "\n".join(completion.lines))
