"""What generated converters are made of: each is total, and makes a fresh value of what it changes."""

from collections.abc import Callable, Mapping
from typing import Any


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """A string by another name, where it has one."""
    return names.get(value, value) if isinstance(value, str) else value


def items(value: Any, convert: Callable[[Any], Any]) -> Any:
    """Every item of an array, converted."""
    return [convert(each) for each in value] if isinstance(value, list) else value


def entries(value: Any, convert: Callable[[Any], Any]) -> Any:
    """Every value of a map, converted."""
    if not isinstance(value, dict):
        return value
    return {name: convert(each) for name, each in value.items()}


def only(value: dict[str, Any], *names: str) -> dict[str, Any]:
    """An object with no other properties than these."""
    return {name: value[name] for name in names if name in value}


def inside(way: Callable[[list[str]], list[str]]) -> Callable[[list[str]], list[str]]:
    """A way of steps for what is one step further in: an item, or a value of a map."""
    return lambda steps: [*steps[:1], *way(steps[1:])]


def either(
    *ways: Callable[[list[str]], list[str]],
) -> Callable[[list[str]], list[str]]:
    """Steps into one case of a union: by the first of the ways that knows them."""

    def found(steps: list[str]) -> list[str]:
        return next((made for way in ways if (made := way(steps)) != steps), steps)

    return found
