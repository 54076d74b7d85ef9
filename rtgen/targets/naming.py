"""Cases and reserved words: the part of making names that both languages share."""

import keyword
from typing import Final

from rtgen.contract.names import camel_case, pascal_case, snake_case, words

__all__ = [
    "PYTHON_RESERVED",
    "TYPESCRIPT_RESERVED",
    "TYPESCRIPT_USED",
    "camel_case",
    "channel_constant",
    "pascal_case",
    "snake_case",
    "words",
]

PYTHON_RESERVED = frozenset({*keyword.kwlist, *keyword.softkwlist, "self", "cls", "print", "type"} - {"_", "case"})
"""The language's keywords (3.11) and what a parameter list or a class body must not shadow."""

# ECMA-262 2025, 12.7.2 ReservedWord, strict mode's additions, and names TypeScript gives a meaning.
TYPESCRIPT_RESERVED = frozenset(
    {
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "import",
        "in",
        "instanceof",
        "new",
        "null",
        "return",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "var",
        "void",
        "while",
        "with",
        "yield",
        "await",
        "let",
        "static",
        "implements",
        "interface",
        "package",
        "private",
        "protected",
        "public",
        "arguments",
        "eval",
        "any",
        "boolean",
        "never",
        "number",
        "object",
        "string",
        "symbol",
        "undefined",
        "unknown",
        "bigint",
    }
)

TYPESCRIPT_USED: Final = frozenset(
    {
        *("ContractIdentity", "Issues", "Nothing", "defineChannel", "validateText", "validators", "contract", "params"),
        *("Brand", "DiscreetCheck", "accepts", "branded", "discreet"),
        *("Number", "Object", "Promise", "Readonly", "ReadonlySet", "Record", "RegExp", "Set", "String"),
    }
)
"""What generated TypeScript imports or uses itself."""


def channel_constant(name: str) -> str:
    """The TypeScript constant that declares a channel: its own name, unless that is a word of the language."""
    return f"{name}Channel" if name in TYPESCRIPT_RESERVED | TYPESCRIPT_USED else name
