"""Escaping by destination. A contract is untrusted input: whatever of it lands in code passes through here.

Only a `Printable` may be printed by a template (`targets.render` refuses a plain `str`), and each subclass says where
its text may land. Make one only through the functions below, or by naming a constant of our own as `code`.
"""

import json
import re
import unicodedata


class Printable(str):
    """Text that is safe where its type says. `str.format` and f-strings lose the type, which is the point."""

    __slots__ = ()


class PyCode(Printable):
    """A Python expression, name or statement."""

    __slots__ = ()


class PyDoc(Printable):
    """The inside of a Python docstring, between the triple quotes; continuation lines are indented already."""

    __slots__ = ()


class TsCode(Printable):
    """A TypeScript expression, name, type or statement."""

    __slots__ = ()


class JsDoc(Printable):
    """A whole JSDoc comment with its delimiters, or nothing; continuation lines are indented already."""

    __slots__ = ()


class ConfWord(Printable):
    """One word of a configuration of nginx or HAProxy: no blank, quote or other character that either reads anew."""

    __slots__ = ()


class ConfComment(Printable):
    """A comment of such a configuration, each line of which begins with `#`."""

    __slots__ = ()


_CONF_WORD = re.compile(r"[A-Za-z0-9._~:/\[\]-]*\Z")
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")


def py_string(text: str) -> PyCode:
    """A Python string literal in ASCII: bidi marks and look-alikes can't hide in it.

    In double quotes, or in single ones where that saves escapes, as formatters do.
    """
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return PyCode(f'"{text}"')
    quote = "'" if '"' in text and "'" not in text else '"'
    out = []
    for char in text:
        code = ord(char)
        if char in {quote, "\\"}:
            out.append("\\" + char)
        elif char == "\n":
            out.append("\\n")
        elif 0x20 <= code < 0x7F:
            out.append(char)
        elif code <= 0xFF:
            out.append(f"\\x{code:02x}")
        elif code <= 0xFFFF:
            out.append(f"\\u{code:04x}")
        else:
            out.append(f"\\U{code:08x}")
    return PyCode(quote + "".join(out) + quote)


def ts_string(text: str) -> TsCode:
    """A TypeScript string literal in double quotes, in ASCII; also a JSON string."""
    return TsCode(json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007f"))


def ts_key(name: str) -> TsCode:
    """A property name as it stands in an object type or literal: bare where it may be, else quoted.

    `__proto__` is always computed: bare or quoted it would set the prototype of a literal.
    """
    if name == "__proto__":
        return TsCode('["__proto__"]')
    return TsCode(name) if _IDENTIFIER.match(name) else ts_string(name)


def ts_member(name: str) -> TsCode:
    """How a property is read from an expression: `.name` or `["na-me"]`."""
    return TsCode(f".{name}") if _IDENTIFIER.match(name) else TsCode(f"[{ts_string(name)}]")


def visible(text: str) -> str:
    """Words from a contract as plain text: control, bidi and other invisible characters shown as `\\u....`.

    Newlines stay; U+2028 and U+2029 become newlines, since some languages end a comment at them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(
        char if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"} else f"\\u{ord(char):04x}"
        for char in text
    )


def _lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in visible(text).strip().split("\n")]
    return [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]


def py_doc(text: str, indent: int = 0) -> PyDoc:
    """The words of a docstring: no quote can end it and no backslash escapes anything.

    Tool directives (`# type: ignore`, `# noqa`, a coding cookie) have no effect inside a string.
    """
    body = ("\n" + " " * indent).join(_lines(text))
    inside = body.rstrip('"')
    quotes = len(body) - len(inside)
    inside = inside.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return PyDoc(re.sub(r"\n +(?=\n)", "\n", inside) + '\\"' * quotes)


def js_doc(text: str, indent: int = 0, *, tags: tuple[str, ...] = ()) -> JsDoc:
    """A JSDoc comment, on one line where it fits; empty when there are no words and no tags.

    `tags` are lines such as `@deprecated since 1.2`; their text is escaped here too. `*/` can't end the comment, and
    a line of the text can't start with `@`, nor hold a linter's or compiler's directive at its start.
    """
    lines = [*(_lines(text) if text.strip() else []), *(line for tag in tags for line in _lines(tag))]
    if not lines:
        return JsDoc("")
    safe = [line.replace("*/", "*\\/").replace("/*", "/\\*") for line in lines]
    words = len(safe) - sum(len(_lines(tag)) for tag in tags)
    safe = [re.sub(r"^(\s*)@", r"\1\\@", line) if index < words else line for index, line in enumerate(safe)]
    safe = [re.sub(r"^(\s*)(eslint|global|exported|@ts-)", r"\1\\\2", line) for line in safe]
    pad = " " * indent
    if len(safe) == 1 and len(safe[0]) + indent + 7 <= 120:
        return JsDoc(f"/** {safe[0]} */")
    return JsDoc("/**\n" + "".join(f"{pad} * {line}".rstrip() + "\n" for line in safe) + f"{pad} */")


def conf_word(text: str) -> ConfWord:
    """A word that means itself to nginx and HAProxy alike.

    Raises:
        ValueError: It has a character that one of them would read anew.
    """
    if not _CONF_WORD.match(text):
        raise ValueError(f"no word of a configuration: {text!r}")
    return ConfWord(text)


def conf_comment(text: str) -> ConfComment:
    """A comment; HAProxy would go on in the next line after a backslash at the end."""
    return ConfComment("\n".join(f"# {line}".rstrip("\\ ") for line in _lines(text)))
