"""Cases and reserved words: the part of making names that both languages share."""

import keyword
import re

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")

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


def words(name: str) -> tuple[str, ...]:
    """The words of a name in any case: `sentAt`, `sent_at`, `sent-at` and `SentAt` are all `sent`, `at`."""
    return tuple(_WORD.findall(name))


def pascal_case(name: str) -> str:
    """`room-send` → `RoomSend`; the inside of a word keeps its case only in its first letter (`ID` → `Id`)."""
    return "".join(word[:1].upper() + word[1:].lower() for word in words(name))


def camel_case(name: str) -> str:
    """`room-send` → `roomSend`."""
    pascal = pascal_case(name)
    return pascal[:1].lower() + pascal[1:]


def snake_case(name: str) -> str:
    """`sentAt` → `sent_at`."""
    return "_".join(word.lower() for word in words(name))
