"""At which pointers of a contract a schema stands."""

from rtgen.source.pointer import Pointer

_NAMED = frozenset({"properties", "$defs", "patternProperties", "dependentSchemas"})
_LISTED = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
_SINGLE = frozenset({"items", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else"})


def is_schema(pointer: Pointer) -> bool:
    """Whether the pointer is one of a schema, as far as the path can tell."""
    match pointer:
        case ("schemas", _, *rest):
            return _is_inside(rest)
        case ("errors", _, "data", *rest):
            return _is_inside(rest)
        case ("channels", _, "events", _, "payload" | "reply", *rest):
            return _is_inside(rest)
        case ("channels", _, "parameters", _, *rest):
            return _is_inside(rest)
        case ("channels", _, "presence", "state", *rest) | ("channels", _, "presence", *rest):
            return _is_inside(rest)
        case ("auth", "jwt", "claims", *rest):
            return _is_inside(rest)
    return False


def _is_inside(steps: list[str]) -> bool:
    rest = list(steps)
    while rest:
        step = rest.pop(0)
        if step in _SINGLE:
            continue
        if (step in _NAMED and rest) or (step in _LISTED and rest and rest[0].isdigit()):
            rest.pop(0)
        else:
            return False
    return True
