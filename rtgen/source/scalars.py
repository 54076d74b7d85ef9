"""Which unquoted words have a meaning of their own: YAML 1.2's core schema, and nothing that surprises.

`yes`, `on`, `2026-01-01` and `010` are strings. A leading zero means octal in one YAML and decimal in the other,
so such a word is left as it stands.
"""

import json
import math
import re

from rtgen.source.nodes import ScalarValue

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_WORDS: dict[str, ScalarValue] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_DIGITS = 400
"""No number that JSON can carry as a double needs more; Python refuses to read far longer ones."""


class NumberError(ValueError):
    """A number that JSON can't carry; the message says why."""


def plain_value(text: str) -> ScalarValue:
    """What an unquoted word means.

    Raises:
        NumberError: It is a number that no JSON text can carry.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _NOT_FINITE.match(text):
        raise NumberError(f"`{text}` is not a number that JSON can carry")
    if _INTEGER.match(text) or _OCTAL.match(text) or _HEXADECIMAL.match(text):
        if len(text) > _DIGITS:
            raise NumberError("this number has too many digits")
        return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
    if _FLOAT.match(text):
        number = float(text)
        if not math.isfinite(number):
            raise NumberError(f"`{text}` is beyond what a double can hold")
        return number
    return text


_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_OLD_WORDS = frozenset({"y", "n", "yes", "no", "on", "off"})


def written(value: ScalarValue) -> str:
    """A value as it can stand anywhere in a contract: a plain word where every reader of YAML sees a string."""
    if isinstance(value, str) and _PLAIN.match(value) and plain_value(value) == value:
        return json.dumps(value) if value.lower() in _OLD_WORDS else value
    return json.dumps(value, ensure_ascii=False)
