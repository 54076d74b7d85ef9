"""Prints Python expressions as a formatter would leave them, so that formatting generated code changes nothing.

What fits on a line stands on one; what does not is broken after its outermost bracket, an item a line with a trailing
comma, which formatters keep whatever line length a project has chosen.
"""

import ast

from rtgen.schema.types import Json
from rtgen.targets.text import PyCode, py_string

WIDTH = 88
"""The formatters' default; wider projects leave such code alone."""


def expression(node: ast.expr, *, indent: int = 0, taken: int = 0, after: int = 0) -> PyCode:
    """The text of an annotation or a call; `taken` columns stand before it on its line, `after` behind it."""
    flat = _flat(node)
    if indent + taken + len(flat) + after <= WIDTH:
        return PyCode(flat)
    return PyCode(_broken(node, indent))


def _flat(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Constant(value=str() as text):
            return py_string(text)
        case ast.Constant(value=value):
            return repr(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return f"-{_flat(operand)}"
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return f"{_flat(left)} | {_flat(right)}"
        case ast.Subscript(value=value, slice=ast.Tuple(elts=items)):
            return f"{_flat(value)}[{', '.join(map(_flat, items))}]"
        case ast.Subscript(value=value, slice=item):
            return f"{_flat(value)}[{_flat(item)}]"
        case ast.Call(func=function, args=arguments, keywords=keywords):
            parts = [*map(_flat, arguments), *(f"{each.arg}={_flat(each.value)}" for each in keywords)]
            return f"{_flat(function)}({', '.join(parts)})"
        case ast.List(elts=items):
            return f"[{', '.join(map(_flat, items))}]"
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return "{" + ", ".join(f"{_flat(key)}: {_flat(value)}" for key, value in pairs if key is not None) + "}"
        case _:
            raise TypeError(f"an expression of kind {type(node).__name__} can't stand in generated code")


def _broken(node: ast.expr, indent: int) -> str:
    inner = indent + 4
    pad = " " * inner
    match node:
        case ast.BinOp(op=ast.BitOr()):
            flat = _flat(node)
            if inner + len(flat) <= WIDTH:
                return f"(\n{pad}{flat}\n{' ' * indent})"
            parts = [expression(each, indent=inner, taken=2) for each in _operands(node)]
            return f"(\n{pad}" + f"\n{pad}| ".join(parts) + f"\n{' ' * indent})"
        case ast.Subscript(value=value, slice=slice_node):
            items = slice_node.elts if isinstance(slice_node, ast.Tuple) else [slice_node]
            comma = "," if isinstance(slice_node, ast.Tuple) else ""
            lines = ",\n".join(pad + expression(each, indent=inner, after=1) for each in items)
            return f"{_flat(value)}[\n{lines}{comma}\n{' ' * indent}]"
        case ast.Call(func=function, args=arguments, keywords=keywords):
            parts = [expression(each, indent=inner, after=1) for each in arguments]
            parts += [
                PyCode(f"{each.arg}={expression(each.value, indent=inner, taken=len(each.arg or '') + 1, after=1)}")
                for each in keywords
            ]
            return f"{_flat(function)}(\n" + "".join(f"{pad}{each},\n" for each in parts) + " " * indent + ")"
        case ast.List(elts=items):
            return (
                "[\n"
                + "".join(f"{pad}{expression(each, indent=inner, after=1)},\n" for each in items)
                + " " * indent
                + "]"
            )
        case ast.Dict(keys=keys, values=values):
            pairs = [_pair(key, value, inner) for key, value in zip(keys, values, strict=True) if key is not None]
            return "{\n" + "".join(f"{pad}{each},\n" for each in pairs) + " " * indent + "}"
        case _:
            return _flat(node)


def _pair(key: ast.expr, value: ast.expr, indent: int) -> str:
    name = _flat(key)
    return f"{name}: {expression(value, indent=indent, taken=len(name) + 2, after=1)}"


def json_expression(value: Json) -> ast.expr:
    """A JSON value as a Python literal."""
    match value:
        case dict():
            return ast.Dict([ast.Constant(key) for key in value], [json_expression(each) for each in value.values()])
        case list():
            return ast.List([json_expression(each) for each in value])
        case _:
            return ast.Constant(value)


def _operands(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return [*_operands(left), right]
        case _:
            return [node]
