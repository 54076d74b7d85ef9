"""A portable pattern's syntax tree. What this parser does not read, no contract can hold."""

import re
from dataclasses import dataclass

MAX_CODE = 0x10FFFF
MAX_LENGTH = 1000
MAX_COUNT = 10_000
_MAX_NESTING = 30

Ranges = tuple[tuple[int, int], ...]
"""Code points, as sorted stretches that don't touch, both ends included."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of a set. `text` is how it was written, where every engine reads that alike."""

    ranges: Ranges
    text: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """`^` (`start`) or `$`."""

    start: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """One thing after another."""

    items: tuple["Pattern", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    options: tuple["Pattern", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A thing some times; `most` is `None` where there is no limit."""

    body: "Pattern"
    least: int
    most: int | None


Pattern = Chars | Anchor | Chain | Choice | Repeat


class PatternError(ValueError):
    """A pattern is refused: the reason, and what to write instead."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint or "Write it with classes, groups, `|`, `^`, `$` and quantifiers."


def joined(ranges: list[tuple[int, int]]) -> Ranges:
    """Stretches in order, with those that touch made one."""
    out: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return tuple(out)


def complement(ranges: Ranges) -> Ranges:
    """All other code points."""
    out, start = [], 0
    for low, high in ranges:
        if start < low:
            out.append((start, low - 1))
        start = high + 1
    return (*out, (start, MAX_CODE)) if start <= MAX_CODE else tuple(out)


_DIGIT: Ranges = ((0x30, 0x39),)
_WORD: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
# ECMA-262, 12.2 and 12.3: white space and line ends.
_SPACE: Ranges = joined(
    [
        *[(9, 13), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A)],
        *[(0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)],
    ]
)
_CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_LINE_END: Ranges = ((10, 10), (13, 13), (0x2028, 0x2029))
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}
_SYNTAX = frozenset("^$\\.*+?()[]{}|/")
_PLAIN_CLASS = re.compile(r"\[\^?(?:[A-Za-z0-9](?:-[A-Za-z0-9])?|[_ @.,:/+=%#!])*-?\]\Z")
_COUNTS = re.compile(r"\{([0-9]+)(,([0-9]*))?\}")


def parse_pattern(text: str) -> Pattern:
    """The syntax tree of a pattern.

    Raises:
        PatternError: It is no pattern, or uses what the two languages don't share.
    """
    if len(text) > MAX_LENGTH:
        raise PatternError(f"it is longer than {MAX_LENGTH} characters", "Shorten it.")
    parser = _Parser(text)
    made = parser.choice(0)
    if parser.at < len(text):
        raise PatternError("a `)` closes nothing", "Write `\\)` for the character.")
    return made


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def peek(self, length: int = 1) -> str:
        return self.text[self.at : self.at + length]

    def take(self) -> str:
        char = self.peek()
        if not char:
            raise PatternError("it ends too early", "Close what is open.")
        self.at += 1
        return char

    def choice(self, depth: int) -> Pattern:
        if depth > _MAX_NESTING:
            raise PatternError("its groups nest too deep", "Flatten it.")
        options = [self.chain(depth)]
        while self.peek() == "|":
            self.at += 1
            options.append(self.chain(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def chain(self, depth: int) -> Pattern:
        items: list[Pattern] = []
        while self.peek() not in {"", "|", ")"}:
            items.append(self.quantified(self.atom(depth)))
        return items[0] if len(items) == 1 else Chain(tuple(items))

    def atom(self, depth: int) -> Pattern:
        char = self.take()
        match char:
            case "^" | "$":
                return Anchor(start=char == "^")
            case "(":
                return self.group(depth)
            case "[":
                return self.set_of()
            case ".":
                return Chars(complement(_LINE_END))
            case "\\":
                ranges = self.escape(inside=False)
                return Chars(ranges)
            case "*" | "+" | "?":
                raise PatternError(f"the `{char}` repeats nothing", f"Write `\\{char}` for the character.")
            case "{" | "}" | "]":
                raise PatternError(f"a `{char}` stands alone", f"Write `\\{char}` for the character.")
        return Chars(((ord(char), ord(char)),), char if char.isascii() and char.isalnum() else "")

    def group(self, depth: int) -> Pattern:
        if self.peek(2) == "?:":
            self.at += 2
        elif self.peek() == "?":
            raise self._special_group()
        inside = self.choice(depth + 1)
        if self.take() != ")":
            raise PatternError("a `(` is not closed", "Close it, or write `\\(` for the character.")
        return inside

    def _special_group(self) -> PatternError:
        start = self.peek(3)
        if start[:2] in {"?=", "?!"} or start in {"?<=", "?<!"}:
            return PatternError("looking ahead or behind takes engines long and is written apart in each language")
        if start[:2] == "?<":
            return PatternError("named groups are written apart in each language", "Write `(…)`.")
        return PatternError("this kind of group is not shared by both languages", "Write `(…)` or `(?:…)`.")

    def quantified(self, body: Pattern) -> Pattern:
        char = self.peek()
        if char not in {"*", "+", "?", "{"}:
            return body
        if isinstance(body, Anchor):
            raise PatternError("an anchor can't be repeated", "Remove the quantifier.")
        if char == "{":
            least, most = self.counts()
        else:
            self.at += 1
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        if self.peek() == "?":  # lazy: changes what is captured, never whether there is a match
            self.at += 1
        if self.peek() in {"*", "+", "?", "{"}:
            raise PatternError("two quantifiers follow each other", "Keep one.")
        return Repeat(body, least, most)

    def counts(self) -> tuple[int, int | None]:
        found = _COUNTS.match(self.text, self.at)
        if found is None:
            raise PatternError("a `{` begins no count such as `{1,8}`", "Write `\\{` for the character.")
        self.at = found.end()
        least = int(found[1][:9])
        most = least if found[2] is None else int(found[3][:9]) if found[3] else None
        if most is not None and most < least:
            raise PatternError("a count ends below its start", "Swap the two numbers.")
        if max(least, most or 0) > MAX_COUNT:
            raise PatternError(f"a count is above {MAX_COUNT}", "Use `minLength` and `maxLength`.")
        return least, most

    def set_of(self) -> Chars:
        start = self.at - 1
        negated = self.peek() == "^"
        self.at += negated
        ranges: list[tuple[int, int]] = []
        while self.peek() != "]":
            low = self.member()
            if self.peek() == "-" and self.peek(2) not in {"-]", "-"}:
                self.at += 1
                high = self.member()
                if len(low) != 1 or low[0][0] != low[0][1] or len(high) != 1 or high[0][0] != high[0][1]:
                    raise PatternError("a range in a class must run from one character to another")
                if high[0][0] < low[0][0]:
                    raise PatternError("a range in a class ends below its start", "Swap the two.")
                ranges.append((low[0][0], high[0][0]))
            else:
                ranges.extend(low)
        self.at += 1
        if not ranges:
            raise PatternError("an empty class matches nothing in one language and is an error in the other")
        text = self.text[start : self.at]
        made = joined(ranges)
        return Chars(complement(made) if negated else made, text if _PLAIN_CLASS.match(text) else "")

    def member(self) -> Ranges:
        char = self.take()
        if char == "\\":
            return self.escape(inside=True)
        if char == "[":
            raise PatternError("a `[` inside a class means different things", "Write `\\[`.")
        return ((ord(char), ord(char)),)

    def escape(self, *, inside: bool) -> Ranges:
        char = self.take()
        if char in _CLASSES:
            return _CLASSES[char]
        if char.lower() in _CLASSES:
            return complement(_CLASSES[char.lower()])
        if char in _CONTROLS and not (char == "0" and self.peek().isdigit()):
            return ((_CONTROLS[char], _CONTROLS[char]),)
        if char in {"x", "u"}:
            return self.code_point(char)
        if char in _SYNTAX or (inside and char == "-"):
            return ((ord(char), ord(char)),)
        if char.isdigit():
            raise PatternError("references to groups can take exponential time", "Write the alternatives out.")
        if char in {"b", "B"}:
            raise PatternError(f"`\\{char}` means another thing in each language", "Spell the neighbours as classes.")
        if char in {"p", "P"}:
            raise PatternError("Unicode properties are not known to both languages", "List the ranges.")
        raise PatternError(f"`\\{char}` is not an escape that both languages know", f"Write `{char}`.")

    def code_point(self, kind: str) -> Ranges:
        found = re.compile(r"[0-9A-Fa-f]{2}" if kind == "x" else r"\{[0-9A-Fa-f]{1,6}\}|[0-9A-Fa-f]{4}").match(
            self.text, self.at
        )
        if found is None:
            raise PatternError(f"`\\{kind}` is not followed by its digits", "Write `\\xHH`, `\\uHHHH` or `\\u{…}`.")
        self.at = found.end()
        code = int(found[0].strip("{}"), 16)
        if code > MAX_CODE or 0xD800 <= code <= 0xDFFF:
            raise PatternError("half a surrogate pair is no character", "Write `\\u{…}` with the code point.")
        return ((code, code),)
