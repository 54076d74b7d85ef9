"""`models.py` with `models: pydantic`: the same classes as Pydantic models.

They are spelled from the Structs that datamodel-code-generator decided on, which stay the types of the wire: so both
have the same fields and bounds, and a text is judged alike whatever programs hold. Parameters of addresses stay
Structs; they are texts, and nobody sends them.
"""

import ast
import copy
from dataclasses import dataclass
from typing import Final

from rtgen.contract.model import Contract
from rtgen.schema.types import AnyType, NamedType, NullType, ObjectType, Property, RefType, TypeNode, UnionType, base_of
from rtgen.targets.python.code import doc
from rtgen.targets.python.contexts import FieldContext, ModelContext, ModelsContext
from rtgen.targets.python.data_modules import (
    PYDANTIC_SEAM,
    SEAM,
    STRUCT_NAMES,
    alias_context,
    declaration,
    models_module,
    struct_context,
    words_about,
)
from rtgen.targets.python.datamodels import AliasModel, FieldModel, Model, StructModel
from rtgen.targets.python.header import title
from rtgen.targets.python.names import pydantic_attribute
from rtgen.targets.python.parameters import params_type
from rtgen.targets.python.wire_models import public_models
from rtgen.targets.python.wire_schema import OBJECTS
from rtgen.targets.text import PyCode, PyDoc, py_string

_PYDANTIC: Final = frozenset({"ClosedModel", "ContractModel", "Field", "Nullable", "SafeInteger", *OBJECTS.values()})
_SEAMS: Final = {SEAM: STRUCT_NAMES - _PYDANTIC, PYDANTIC_SEAM: _PYDANTIC}


@dataclass(frozen=True, slots=True)
class PydanticField:
    """One attribute of a model, as it stands in a class or among the parameters of an error."""

    name: str
    annotation: ast.expr
    """Of the value when it is there."""
    alias: str
    """The wire name, empty where the attribute has it."""
    optional: bool
    nullable: bool
    constant: str = ""
    """The literal that tells members of a union apart."""

    @property
    def shown(self) -> ast.expr:
        """The annotation, with `None` for absence."""
        return _or_none(self.annotation) if self.optional else self.annotation


def pydantic_context(contract: Contract) -> ModelsContext:
    """All of the module."""
    types = contract.types_by_name
    models = public_models(contract)
    parameters = {params_type(each) for each in contract.channels}
    tags = {each.name: each.tag_field for each in models if isinstance(each, StructModel)}
    made = tuple(
        struct_context(each, types[each.name])
        if each.name in parameters
        else _context(each, types[each.name], contract, tags)
        for each in models
    )
    return models_module(title(contract, f"The types of the contract `{contract.name}`."), made, seams=_SEAMS)


def _context(model: Model, named: NamedType, contract: Contract, tags: dict[str, str]) -> ModelContext:
    words = words_about(named.notes) or f"`{named.name}` of the contract."
    match model:
        case AliasModel():
            return alias_context(_discriminated(model, tags), words)
        case StructModel():
            notes = {each.name: each.notes for each in _properties(named)}
            fields = tuple(
                _field(each, words_about(notes[each.alias or each.name]) if (each.alias or each.name) in notes else "")
                for each in pydantic_fields(model, named, contract)
            )
            base, nothing = PyCode("ClosedModel" if model.closed else "ContractModel"), PyCode("")
            return ModelContext(PyCode(model.name), True, base, doc(words, 4), fields, nothing, nothing)


def pydantic_fields(model: StructModel, named: NamedType, contract: Contract) -> tuple[PydanticField, ...]:
    """The attributes of a model, the constant that tells it apart first."""
    properties = {each.name: each for each in _properties(named)}
    tag: tuple[PydanticField, ...] = ()
    if model.tag_field:
        literal = py_string(model.tag) if isinstance(model.tag, str) else PyCode(str(model.tag))
        name = pydantic_attribute(model.tag_field)
        alias = "" if name == model.tag_field else model.tag_field
        annotation = ast.Subscript(ast.Name("Literal"), ast.Constant(model.tag))
        tag = (PydanticField(name, annotation, alias, optional=False, nullable=False, constant=str(literal)),)
    return (*tag, *(_made(each, properties[each.wire_name], contract) for each in model.fields))


def _made(model: FieldModel, declared: Property, contract: Contract) -> PydanticField:
    name = pydantic_attribute(model.wire_name)
    annotation: ast.expr = _Fields().visit(copy.deepcopy(model.annotation))
    alias = "" if name == model.wire_name else model.wire_name
    return PydanticField(name, annotation, alias, model.optional, _takes_null(declared.type, contract, ()))


def _takes_null(node: TypeNode, contract: Contract, seen: tuple[str, ...]) -> bool:
    node = base_of(node)
    match node:
        case RefType(name):
            return name in seen or _takes_null(contract.types_by_name[name].node, contract, (*seen, name))
        case UnionType(members):
            return any(_takes_null(each, contract, seen) for each in members)
        case _:
            return isinstance(node, NullType | AnyType)


def _field(field: PydanticField, words: str) -> FieldContext:
    annotation = field.shown
    marks: list[ast.expr] = []
    if field.alias:
        marks.append(ast.Call(ast.Name("Field"), [], [ast.keyword("alias", ast.Constant(field.alias))]))
    if field.optional and field.nullable:
        marks.append(ast.Name("Nullable"))
    if marks:
        annotation = ast.Subscript(ast.Name("Annotated"), ast.Tuple(_joined(annotation, marks)))
    options = ["None"] if field.optional else [field.constant] if field.constant else []
    line = declaration(field.name, annotation, options, "(", ")", bare=True)
    return FieldContext(line, doc(words, 4) if words else PyDoc(""))


def _joined(annotation: ast.expr, marks: list[ast.expr]) -> list[ast.expr]:
    """An annotation and its marks; bounds and the contract's spelling stand in one `Field`."""
    match annotation, marks:
        case (
            ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[inner, ast.Call() as bounds])),
            [ast.Call() as alias, *others],
        ):
            return [inner, ast.Call(bounds.func, [], [*alias.keywords, *bounds.keywords]), *others]
        case _:
            return [annotation, *marks]


def _or_none(annotation: ast.expr) -> ast.expr:
    match annotation:
        case ast.BinOp(right=ast.Constant(value=None)) | ast.Constant(value=None):
            return annotation
        case _:
            return ast.BinOp(annotation, ast.BitOr(), ast.Constant(None))


def _discriminated(model: AliasModel, tags: dict[str, str]) -> AliasModel:
    """A union of objects that one property tells apart, with its name."""
    value: ast.expr = _Fields().visit(copy.deepcopy(model.value))
    members = [each for each in _operands(value) if not (isinstance(each, ast.Constant) and each.value is None)]
    found = {tags.get(each.id, "") if isinstance(each, ast.Name) else "" for each in members}
    if len(members) > 1 and len(found) == 1 and "" not in found:
        name = ast.Constant(pydantic_attribute(found.pop()))
        mark = ast.Call(ast.Name("Field"), [], [ast.keyword("discriminator", name)])
        value = ast.Subscript(ast.Name("Annotated"), ast.Tuple([value, mark]))
    return AliasModel(model.name, value, model.branded)


def _operands(node: ast.expr) -> list[ast.expr]:
    return [*_operands(node.left), node.right] if isinstance(node, ast.BinOp) else [node]


class _Fields(ast.NodeTransformer):
    """Bounds in Pydantic's word: the names of its arguments are the same."""

    def visit_Name(self, node: ast.Name) -> ast.Name:  # named by ast.NodeVisitor
        return ast.Name("Field") if node.id == "Meta" else node


def _properties(named: NamedType) -> tuple[Property, ...]:
    node = base_of(named.node)
    return node.properties if isinstance(node, ObjectType) else ()
