"""The third judge: Python's `jsonschema`, with the schema as the contract has it; and where it may differ, and why.

Every class of differences on the list (`differences.yaml`) is a policy of ours that the reference can be taught.
A difference belongs to the first class whose policy, taught alone, makes it go away: so the explanation is tried, not
believed. One that no class explains, not even two together, is a mistake of one of the judges.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import yaml
from agreement.material import Schema
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend
from rtgen_runtime.formats import FORMATS

from rtgen.schema.patterns import python_pattern

LISTED: Final[list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("differences.yaml").read_text(encoding="utf-8")
)
"""The written list: `id`, `ours`, `theirs`, and an example (`schema`, `text`, `verdict`: ours)."""

CLASSES: Final = tuple(each["id"] for each in LISTED)

_MAX_SAFE: Final = 2**53 - 1
_MAX_DEPTH: Final = 64
_STACK: Final = 6000
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class _Unfit(ValueError):
    """A policy refuses a text before the schema is asked."""


class _TooSlow(Exception):
    """The reference would ask a recursive schema twice at each level; the compiler refuses such schemas."""


@dataclass(slots=True)
class _References:
    """How many references may yet be followed in one judgement."""

    left: int = 0


_references: Final = _References()


@dataclass(frozen=True)
class Reference:
    """Judges the schemas of one family."""

    schemas: Mapping[str, Schema]
    patience: int = 5000
    """References that it follows in one judgement, at most."""

    def accepts(self, name: str, text: str, policies: frozenset[str] = frozenset()) -> bool | None:
        """Its verdict, after it was taught these policies of ours; `None` when it breaks down."""
        try:
            value = _parsed(text, policies)
        except ValueError:
            return False
        except RecursionError:
            return False if "depth" in policies else None
        root = {"$ref": f"#/$defs/{name}", "$defs": dict(self.schemas)}
        validator = _validator(policies)(root, format_checker=_checker(policies))
        try:
            with _deeper_stack():
                _references.left = self.patience
                return bool(validator.is_valid(value))
        except (_TooSlow, RecursionError, ArithmeticError, ValueError, re.error):
            return None

    def difference(self, name: str, text: str, *, ours: bool) -> str | None:
        """The class of a difference, or two with `+` between; `None` where the list has none for it."""
        for count in (1, 2):
            for classes in combinations(CLASSES, count):
                if self.accepts(name, text, frozenset(classes)) == ours:
                    return " + ".join(classes)
        return None


@contextmanager
def _deeper_stack() -> Iterator[None]:
    """The reference takes many calls for each level, and within the limit of levels it has to come to a verdict."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _STACK))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def holds_infinity(text: str) -> bool:
    """Whether a JSON text holds a number with an exponent that no double holds, such as `1e400`."""
    found: list[float] = []
    json.loads(text, parse_float=lambda digits: found.append(float(digits)))
    return any(abs(each) == float("inf") for each in found)


def _parsed(text: str, policies: frozenset[str]) -> Any:
    value = json.loads(
        text,
        parse_constant=_constant if "constants" in policies else None,
        parse_int=lambda digits: _integer(digits, policies),
        parse_float=lambda digits: _float(digits, policies),
    )
    if "surrogates" in policies and any(_SURROGATE.search(each) for each in _texts(value)):
        raise _Unfit("half a character")
    if "depth" in policies and _depth(value) > _MAX_DEPTH:
        raise _Unfit("too deep")
    return value


def _constant(name: str) -> float:
    raise _Unfit(name)


def _integer(digits: str, policies: frozenset[str]) -> int | float:
    value = int(digits)
    try:
        rounded = float(value)
    except OverflowError:
        if "doubles" in policies:
            raise _Unfit(digits) from None
        return value
    return rounded if "rounding" in policies and abs(value) > _MAX_SAFE else value


def _float(digits: str, policies: frozenset[str]) -> float:
    value = float(digits)
    if "doubles" in policies and value in {float("inf"), float("-inf")}:
        raise _Unfit(digits)
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(each)


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


@cache
def _validator(policies: frozenset[str]) -> Any:
    words: dict[str, Callable[..., Iterator[ValidationError]]] = {"$ref": _counted}
    types = Draft202012Validator.TYPE_CHECKER
    if "integers" in policies:
        types = types.redefine("integer", lambda _, value: _is_number(value) and _is_safe(value))
    if "multiples" in policies:
        words["multipleOf"] = _multiple_of
    if "patterns" in policies:
        words["pattern"] = _pattern
        words["patternProperties"] = _pattern_properties
        words["additionalProperties"] = _additional_properties
    return extend(Draft202012Validator, words, type_checker=types)  # type: ignore[no-untyped-call]


def _counted(validator: Any, reference: str, value: Any, schema: Schema) -> Iterator[ValidationError]:
    _references.left -= 1
    if _references.left < 0:
        raise _TooSlow
    yield from Draft202012Validator.VALIDATORS["$ref"](validator, reference, value, schema) or ()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_safe(value: Any) -> bool:
    return float(value).is_integer() and abs(value) <= _MAX_SAFE


def _multiple_of(_: Any, factor: Any, value: Any, __: Schema) -> Iterator[ValidationError]:
    """In decimal, on the shortest text of both."""
    if _is_number(value) and Fraction(Decimal(repr(value))) % Fraction(Decimal(repr(factor))):
        yield ValidationError("not a multiple")


def _pattern(_: Any, pattern: str, value: Any, __: Schema) -> Iterator[ValidationError]:
    if isinstance(value, str) and not re.search(python_pattern(pattern), value):
        yield ValidationError("no match")


def _pattern_properties(
    validator: Any, patterns: Mapping[str, Schema], value: Any, _: Schema
) -> Iterator[ValidationError]:
    for pattern, schema in patterns.items() if isinstance(value, dict) else ():
        for name, each in value.items():
            if re.search(python_pattern(pattern), name):
                yield from validator.descend(each, schema, path=name, schema_path=pattern)


def _additional_properties(validator: Any, extra: Schema, value: Any, schema: Schema) -> Iterator[ValidationError]:
    patterns = [python_pattern(each) for each in schema.get("patternProperties", {})]
    for name, each in value.items() if isinstance(value, dict) else ():
        if name not in schema.get("properties", {}) and not any(re.search(pattern, name) for pattern in patterns):
            yield from validator.descend(each, extra, path=name)


@cache
def _checker(policies: frozenset[str]) -> FormatChecker:
    checker = FormatChecker(formats=())
    checker.checkers = {
        name: each for name, each in Draft202012Validator.FORMAT_CHECKER.checkers.items() if name in FORMATS
    }
    for name, matches in FORMATS.items():
        if f"format-{name}" in policies:
            checker.checkers[name] = (_asked(matches), ())
    return checker


def _asked(matches: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or matches(value)
