"""Words that would end a string, a comment or a docstring, command a tool, or hide, if they were not escaped."""

from hypothesis import strategies as st

CODE = "__import__('os').abort()"

ENDS = (
    '"""',
    "'''",
    '"',
    "'",
    "`",
    "*/",
    "/*",
    "//",
    "#",
    "\\",
    "\\\\",
    '\\"',
    '"\\',
    "\\n",
    "\\u0022",
    "\\x22",
    "\\N{QUOTATION MARK}",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\0",
    "\x1b[2J",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\U000e0041",
    "\U0001f600",
    "\u0430",
    "${process.exit()}",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{% endraw %}",
    "{# note #}",
    "{0}",
    "%s",
    "%(x)s",
    "-->",
    "<!--",
    "</script>",
    "]]>",
    "<T>",
    "]",
    "}",
    ");",
)

COMMANDS = (
    "# -*- coding: utf-7 -*-",
    "# type: ignore",
    "# noqa",
    "# fmt: off",
    "# pragma: no cover",
    "# mypy: ignore-errors",
    "# ruff: noqa",
    "@ts-nocheck",
    "@ts-ignore",
    "@ts-expect-error",
    "eslint-disable",
    "eslint-disable-next-line",
    "prettier-ignore",
    "@jsx h",
    '/ <reference path="x" />',
    "#__PURE__",
    "@license",
    "sourceMappingURL=data:,x",
    ">>> 1 / 0",
    "from __future__ import annotations",
)

ATTACKS = (
    f'"""\n{CODE}\n"""',
    f"'''\n{CODE}\n'''",
    f'" + {CODE} + "',
    f"' + {CODE} + '",
    f'\\" + {CODE} #',
    f"*/ {CODE}; /*",
    f"*\\/ {CODE}; /*",
    f"\n{CODE}\n",
    f"\u2028{CODE}\u2028",
    f"${{{CODE}}}",
    f"`${{{CODE}}}`",
    f"{{{{ {CODE} }}}}",
    f"{{% set x = {CODE} %}}",
    "true",
    "null",
    "__proto__",
    "constructor",
    "None",
    "NaN",
    "~",
    "1",
    " leading and trailing ",
    "x" * 500,
    ("long words " * 40).strip(),
)

HOSTILE = (*ENDS, *COMMANDS, *ATTACKS)

NAMES = (
    *("class", "def", "import", "lambda", "None", "True", "async", "await", "match", "type", "self", "cls", "print"),
    *("function", "var", "let", "new", "delete", "typeof", "interface", "enum", "this", "super", "null", "undefined"),
    *("constructor", "__proto__", "prototype", "then", "toString", "toJSON", "valueOf", "hasOwnProperty", "length"),
    *("__init__", "__class__", "__dict__", "__slots__", "__struct_fields__", "model_config", "model_fields", "schema"),
    *("str", "int", "list", "dict", "object", "string", "number", "Struct", "field", "msgspec", "Any", "Literal"),
    *("name", "arguments", "eval", "value", "at", "issues", "params", "ctx", "CON", "nul", "2nd", "42", "a.b", "a b"),
    *("../../x", "a/b", "a\\b", "a\0b", "x.", "-x-", 'q"q', "q'q", "q`q", "${q}", "*/q", "q\nq", "q\u2028q", "\u202eq"),
    *("\U0001f600", "\u00e9t\u00e9", "\u043eb", "n" * 300, "a-b", "$ref", "#", "", "{q}", "q\ufeff"),
)


def texts() -> st.SearchStrategy[str]:
    """Hostile pieces and random ones, put together."""
    piece = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    return st.lists(piece, min_size=1, max_size=4).map("".join).filter(lambda text: bool(text.strip()))


def yaml_string(text: str) -> str:
    """A text as YAML's double-quoted style writes it, in ASCII."""
    made = []
    for char in text:
        code = ord(char)
        if char in '"\\':
            made.append("\\" + char)
        elif 0x20 <= code < 0x7F:
            made.append(char)
        elif code <= 0xFF:
            made.append(f"\\x{code:02x}")
        else:
            made.append(f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}")
    return '"' + "".join(made) + '"'
