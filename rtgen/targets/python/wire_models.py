"""Two views of one value: what programs hold, with objects for ids and times, and what travels, with their texts.

Only types that hold such an object, in them or further inside, have both.
"""

import ast
import copy
import functools
from dataclasses import replace

from rtgen.contract.model import Contract
from rtgen.schema.types import NamedType
from rtgen.targets.python.datamodels import AliasModel, Model, StructModel, datamodels
from rtgen.targets.python.parameters import params_type
from rtgen.targets.python.wire_schema import OBJECTS

_OBJECTS = frozenset(OBJECTS.values())


def public_models(contract: Contract) -> tuple[Model, ...]:
    """What programs hold. Parameters stay texts: an address is found by its spelling, and two of one id are two."""
    parameters = {params_type(each) for each in contract.channels}
    return tuple(_as_text(each) if each.name in parameters else each for each in _marked(contract.types))


@functools.lru_cache(maxsize=4)  # several modules ask
def _marked(types: tuple[NamedType, ...]) -> tuple[Model, ...]:
    found = datamodels(types)
    free = untracked(found)
    return tuple(
        replace(each, untracked=each.name in free) if isinstance(each, StructModel) else each for each in found
    )


def wire_models(models: tuple[Model, ...]) -> tuple[Model, ...]:
    """The types that hold objects, as they travel."""
    holding = set(_OBJECTS)
    while grown := {each.name for each in models if each.name not in holding and names_of(each) & holding}:
        holding |= grown
    return tuple(_as_text(each) for each in models if each.name in holding)


def untracked(models: tuple[Model, ...]) -> frozenset[str]:
    """The classes whose objects can be in no cycle: nothing in them leads back, and nothing in them may be anything."""
    below = {each.name: set(names_of(each)) for each in models}
    while grown := [name for name in below if below[name] < _with_theirs(below[name], below)]:
        for name in grown:
            below[name] = _with_theirs(below[name], below)
    return frozenset(name for name, found in below.items() if name not in found and "Any" not in found)


def _with_theirs(names: set[str], below: dict[str, set[str]]) -> set[str]:
    return names.union(*(below[each] for each in names if each in below))


def traveling_models(contract: Contract, *, pydantic: bool) -> tuple[Model, ...]:
    """What travels other than programs hold it: with Pydantic all but the parameters of addresses."""
    models = public_models(contract)
    if not pydantic:
        return wire_models(models)
    parameters = {params_type(each) for each in contract.channels}
    return tuple(_unbranded(_as_text(each)) for each in models if each.name not in parameters)


def _unbranded(model: Model) -> Model:
    return replace(model, branded=False) if isinstance(model, AliasModel) else model


def names_of(model: Model) -> frozenset[str]:
    """The names that a model's annotations use."""
    return frozenset(node.id for each in _annotations(model) for node in ast.walk(each) if isinstance(node, ast.Name))


def _annotations(model: Model) -> tuple[ast.expr, ...]:
    match model:
        case AliasModel():
            return (model.value,)
        case StructModel():
            return tuple(each.annotation for each in model.fields)


def _as_text(model: Model) -> Model:
    match model:
        case AliasModel():
            return replace(model, value=_text_of(model.value))
        case StructModel():
            fields = tuple(replace(each, annotation=_text_of(each.annotation)) for each in model.fields)
            return replace(model, fields=fields)


class _Texts(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.Name:  # named by ast.NodeVisitor
        return ast.Name("str") if node.id in _OBJECTS else node


def _text_of(annotation: ast.expr) -> ast.expr:
    if not any(isinstance(node, ast.Name) and node.id in _OBJECTS for node in ast.walk(annotation)):
        return annotation
    changed: ast.expr = _Texts().visit(copy.deepcopy(annotation))
    return changed
