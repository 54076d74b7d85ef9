"""Types with a place where anything may be: there a decoder takes numbers that no double holds."""

from msgspec import inspect


def may_hold_anything(python_type: object) -> bool:
    """Whether some value of a type has a part that may be anything."""
    return _may(inspect.type_info(python_type), set())


def _may(kind: inspect.Type, seen: set[type]) -> bool:
    match kind:
        case inspect.AnyType():
            return True
        case inspect.Metadata():
            return _may(kind.type, seen)
        case inspect.ListType() | inspect.VarTupleType():
            return _may(kind.item_type, seen)
        case inspect.TupleType():
            return any(_may(each, seen) for each in kind.item_types)
        case inspect.DictType():
            return _may(kind.value_type, seen)
        case inspect.UnionType():
            return any(_may(each, seen) for each in kind.types)
        case inspect.StructType():
            if kind.cls in seen:
                return False
            seen.add(kind.cls)
            return any(_may(each.type, seen) for each in kind.fields)
        case _:
            return False
