"""Values as JSON texts, in usual and odd spellings; and single edits of them."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from agreement.dice import Dice
from agreement.material import MEMBERS, NUMBERS, WORDS
from agreement.values import ValueMaker

_MANY_DIGITS: Final = "1" * 400

_NO_JSON: Final = (
    *('"a\tb"', '"\\x41"', "'a'", "NaN", "Infinity", "-Infinity", "01", "+1", ".5", "5.", "0x10", "True", "", " "),
    *('"\\ud800"', '"\\udc00\\ud800"', '{"\\ud800":1}', '"\\u12"', "1e", "nul", "{", "[1,]", '{"a":1,}', '{"a"}'),
)
"""Texts that are no JSON, or that hold what no UTF-8 can carry."""

_NUMBERS: Final = (
    *("1e400", "-1e400", "1e-400", "-0", "-0.0", "1e2", "100e-2", "0.1e1", "1E+2", "0e999", "1" + "0" * 309),
    *("9007199254740991.0", "9007199254740992.0", "9007199254740993", "-9007199254740993", "1" * 30),
    *(_MANY_DIGITS, "-" + _MANY_DIGITS, "0." + _MANY_DIGITS, "1." + "0" * 400, "18446744073709551616"),
)
"""Numbers in unusual spellings, or beyond what a double holds."""

_STRUCTURE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|-?[0-9.eE+-]+|[a-z]+|[\[\]{}:,]')


@dataclass(frozen=True, slots=True)
class Speller:
    """Writes values down."""

    dice: Dice

    def spelt(self, value: Any) -> str:
        """A value as JSON text, now and then in an odd spelling of the same value."""
        text = json.dumps(value, ensure_ascii=self.dice.chance(50))
        if not self.dice.chance(15):
            return text
        if isinstance(value, int) and not isinstance(value, bool):
            return self.dice.choice((f"{value}.0", f"{value}e0", f" {value} ", f"{value}.000E+0"))
        return self.dice.choice((f"\t\r\n {text}\n", json.dumps(value, indent=1), text.replace("/", "\\/")))

    def odd(self, text: str) -> str:
        """Something unusual around a text, or in place of it or of a part of it."""
        match self.dice.between(0, 9):
            case 0:
                return text[: len(text) // 2]
            case 1:
                return text + self.dice.choice(("x", ",", " null", "\x00", "//", "\u00a0"))
            case 2:
                return self.dice.choice(("\ufeff", "\u00a0", "\x0b", ",")) + text
            case 3:
                return self.dice.choice((f"[{text},]", f'{{"id":1,"id":{text}}}', f'{{"__proto__":{text}}}'))
            case 4:
                levels = self.dice.choice((62, 63, 64, 65, 70))
                opening, closing = self.dice.choice((("[", "]"), ('{"id":', "}"), ('{"unknown":', "}")))
                return opening * levels + text + closing * levels
            case 5:
                levels = self.dice.choice((63, 64, 65, 1000))
                return "[" * levels + "]" * levels
            case 6 | 7:
                return self._replaced(text, self.dice.choice(_NUMBERS))
            case _:
                return self._replaced(text, self.dice.choice((*_NO_JSON, '"\\ud83d\\ude00"', '"\\u0061"')))

    def _replaced(self, text: str, other: str) -> str:
        """A text with one of its scalars replaced; or nothing left of it but that."""
        scalars = [each for each in _STRUCTURE.finditer(text) if each[0] not in set("[]{}:,")]
        values = [each for each in scalars if not text[each.end() :].lstrip().startswith(":")]
        if not values or self.dice.chance(20):
            return other
        found = self.dice.choice(values)
        return text[: found.start()] + other + text[found.end() :]


@dataclass(frozen=True, slots=True)
class Editor:
    """Changes one thing somewhere in a value."""

    dice: Dice
    maker: ValueMaker

    def edited(self, value: Any) -> Any:
        """The value after one edit: a member, an item or a scalar added, dropped, renamed or replaced."""
        if isinstance(value, dict):
            return self._object(value)
        if isinstance(value, list):
            return self._array(value)
        if self.dice.chance(35):
            return self.maker.any_(2)
        if isinstance(value, str):
            return self.dice.choice((value + "a", value[:-1], value.upper(), value + "\n", " " + value, value + "😀"))
        if isinstance(value, bool) or value is None:
            return self.dice.choice((not value, None, 0, "", [], {}))
        edges = (value + 1, value - 1, -value, value + 0.5, value * 1000, value + 0.001, str(value))
        return self.dice.choice(edges)

    def _object(self, value: dict[str, Any]) -> Any:
        match self.dice.between(0, 9 if value else 1):
            case 0:
                return {**value, self.dice.choice((*MEMBERS, "surplus")): self.maker.any_(2)}
            case 1:
                return self.dice.choice((None, [value], [], "", 0, {"surplus": value}))
            case 2 | 3:
                gone = self.dice.choice(list(value))
                return {name: each for name, each in value.items() if name != gone}
            case 4:
                old, new = self.dice.choice(list(value)), self.dice.choice(MEMBERS)
                return {new if name == old else name: each for name, each in value.items()}
            case _:
                name = self.dice.choice(list(value))
                return {**value, name: self.edited(value[name])}

    def _array(self, value: list[Any]) -> Any:
        index = self.dice.between(0, max(len(value) - 1, 0))
        match self.dice.between(0, 9 if value else 1):
            case 0:
                return [*value, self.dice.choice((*NUMBERS, *WORDS, None, True))]
            case 1:
                return self.dice.choice((None, {}, "", 0, [value]))
            case 2:
                return [*value, value[index]]
            case 3:
                return value[:index] + value[index + 1 :]
            case 4:
                return value[::-1]
            case _:
                return [*value[:index], self.edited(value[index]), *value[index + 1 :]]
