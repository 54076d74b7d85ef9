"""Single values as text: quotes only where this or an older reader of YAML would else read another value."""

import re

import yaml

from rtgen.source.scalars import NumberError, plain_value

_STARTS = "-?:,[]{}#&*!|>'\"%@`=<~"
_FLOW = re.compile(r"[,\[\]{}]")


def word(value: str, *, flow: bool) -> str:
    """A string, quoted where it has to be."""
    if _may_be_plain(value, flow=flow):
        return value
    if not value.isprintable():
        return _double(value)
    if "'" in value and '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def _may_be_plain(value: str, *, flow: bool) -> bool:
    if not value or not value.isprintable() or value != value.strip() or value[0] in _STARTS:
        return False
    if ": " in value or " #" in value or value.endswith(":") or value in {"---", "..."} or _means_else(value):
        return False
    return not (flow and (_FLOW.search(value) or ":" in value))


def _means_else(value: str) -> bool:
    """Whether an unquoted word is not a string, to us or to a reader of YAML 1.1."""
    try:
        if plain_value(value) != value:
            return True
    except NumberError:
        return True
    resolvers = [*yaml.SafeLoader.yaml_implicit_resolvers.get(value[0], []), *_ANY]
    return any(pattern.match(value) for _, pattern in resolvers)


_ANY = yaml.SafeLoader.yaml_implicit_resolvers.get(None, [])
_SHORT = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def _double(value: str) -> str:
    return '"' + "".join(_escaped(char) for char in value) + '"'


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
