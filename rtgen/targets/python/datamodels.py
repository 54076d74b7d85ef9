"""The only module that knows datamodel-code-generator.

One call turns all types of a contract into `msgspec.Struct`s. Its text is parsed again, and only what it decided is
kept: names, annotations, defaults and tags. How that is laid out, and in which words it is documented, is ours.
"""

import ast
import copy
import functools
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace

from datamodel_code_generator import InputFileType, LiteralType, PythonVersion, generate
from datamodel_code_generator.enums import DataModelType
from datamodel_code_generator.format import Formatter

from rtgen.schema.types import Json, NamedType, ObjectType, StringType, base_of
from rtgen.targets.python.wire_schema import (
    OBJECTS,
    SAFE_INTEGER,
    decoded_name,
    object_marker,
    self_naming,
    text_schema,
    wire_schema,
)


@dataclass(frozen=True, slots=True)
class FieldModel:
    """One property of a Struct; what its attribute is called is decided in `names`."""

    wire_name: str
    annotation: ast.expr
    optional: bool


@dataclass(frozen=True, slots=True)
class StructModel:
    """A class. `tag_field` and `tag` are set on members of a tagged union; `untracked` on what can be in no cycle."""

    name: str
    fields: tuple[FieldModel, ...]
    closed: bool = False
    tag_field: str = ""
    tag: str | int = ""
    untracked: bool = False


@dataclass(frozen=True, slots=True)
class AliasModel:
    """A name for another type; with a brand, a type of its own that is made of the other."""

    name: str
    value: ast.expr
    branded: bool = False


Model = StructModel | AliasModel


class UnexpectedOutputError(RuntimeError):
    """datamodel-code-generator printed something that this module does not know: our bug, never the contract's."""


def _given_name(index: int) -> str:
    """What a type is called for the generator: no name of a contract can meet one that it makes up itself.

    It makes names by putting digits behind one, so a name of ours never ends in a digit.
    """
    return f"Rtgen{index}Type"


@functools.lru_cache(maxsize=4)  # several modules print them, and the generator is slow
def datamodels(types: tuple[NamedType, ...]) -> tuple[Model, ...]:
    """The models of a contract's types, in the contract's order except that an alias follows what it names."""
    if not types:
        return ()
    aliases = {_given_name(index): each.name for index, each in enumerate(types)}
    numbers = {name: number for number, name in aliases.items()}
    loops = self_naming(types)
    usable = {name: number for name, number in numbers.items() if name not in loops}
    definitions: dict[str, Json] = {
        numbers[each.name]: {} if each.name in loops else _definition(each, usable) for each in types
    }
    objects: dict[str, Json] = {object_marker(each): {"type": "string"} for each in OBJECTS.values()}
    source = _generated(json.dumps({"$defs": {**definitions, **objects}}))
    if not isinstance(source, str):
        raise UnexpectedOutputError("expected one module")
    bases = {each.name: base_of(each.node) for each in types}
    closed = {name for name, node in bases.items() if isinstance(node, ObjectType) and node.extra is None}
    found = _read(ast.parse(source))
    helpers = {each.name: each.value for each in found if isinstance(each, AliasModel) and each.name not in aliases}
    helpers |= {object_marker(each): ast.Name(each) for each in OBJECTS.values()}
    final = _Final(aliases, helpers)
    models = {model.name: model for model in (_finished(each, final, closed) for each in found if each.name in aliases)}
    missing = [each.name for each in types if each.name not in models]
    if missing:
        raise UnexpectedOutputError(f"no model for {', '.join(missing)}")
    branded = {each.name for each in types if each.notes.brand}
    return _definable([_branded(models[each.name]) if each.name in branded else models[each.name] for each in types])


def _definition(named: NamedType, names: Mapping[str, str]) -> Json:
    """A branded text stays a text: the brand is its type, in payloads and in addresses alike."""
    base = base_of(named.node)
    is_text = named.notes.brand and isinstance(base, StringType)
    return text_schema(base) if is_text and isinstance(base, StringType) else wire_schema(named.node, names)


def _branded(model: Model) -> Model:
    return replace(model, branded=True) if isinstance(model, AliasModel) else model


def _generated(schemas: str) -> object:
    with warnings.catch_warnings():
        # A tuple says its length; the generator is sorry that it can't say it twice.
        warnings.filterwarnings("ignore", message="msgspec.Meta does not take max_length, min_length on tuple")
        return generate(
            schemas,
            input_file_type=InputFileType.JsonSchema,
            input_filename="contract",
            output_model_type=DataModelType.MsgspecStruct,
            disable_timestamp=True,
            snake_case_field=True,
            enum_field_as_literal=LiteralType.All,
            use_annotated=True,
            field_constraints=True,
            target_python_version=PythonVersion.PY_311,
            use_union_operator=True,
            use_standard_collections=True,
            keyword_only=True,
            formatters=[Formatter.BUILTIN],
        )


def _read(module: ast.Module) -> list[Model]:
    models: list[Model] = []
    for statement in module.body:
        match statement:
            case ast.ClassDef():
                models.append(_struct(statement))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                models.append(AliasModel(name, value))
            case ast.ImportFrom() | ast.Import() | ast.Expr():
                pass
            case _:
                raise UnexpectedOutputError(f"a statement of kind {type(statement).__name__}")
    return models


def _struct(statement: ast.ClassDef) -> StructModel:
    options = {each.arg: ast.literal_eval(each.value) for each in statement.keywords if each.arg}
    return StructModel(
        name=statement.name,
        fields=tuple(_field(each) for each in statement.body if isinstance(each, ast.AnnAssign)),
        tag_field=decoded_name(options["tag_field"]) if "tag_field" in options else "",
        tag=options.get("tag", ""),
    )


def _field(statement: ast.AnnAssign) -> FieldModel:
    if not isinstance(statement.target, ast.Name):
        raise UnexpectedOutputError("a field without a plain name")
    wire_name, optional = statement.target.id, False
    match statement.value:
        case None:
            pass
        case ast.Name(id="UNSET"):
            optional = True
        case ast.Call(func=ast.Name(id="field"), keywords=keywords):
            for each in keywords:
                match each.arg, each.value:
                    case "name", ast.Constant(value=str() as name):
                        wire_name = name
                    case "default", ast.Name(id="UNSET"):
                        optional = True
                    case other, _:
                        raise UnexpectedOutputError(f"field option {other}")
        case _:
            raise UnexpectedOutputError(f"a default for {statement.target.id}")
    return FieldModel(decoded_name(wire_name), _without_unset(statement.annotation), optional)


def _without_unset(annotation: ast.expr) -> ast.expr:
    """The annotation of the value when it is there; `optional` says the rest."""
    match annotation:
        case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Name(id="UnsetType")):
            return left
        case _:
            return annotation


_SAFE_INTEGER = f"Annotated[int, Meta(ge={-SAFE_INTEGER}, le={SAFE_INTEGER})]"
"""What every integer without bounds of its own is; the runtime has a name for it."""


class _Final(ast.NodeTransformer):
    """Gives types their own names again, and puts helpers back in place: their names shift when a contract grows."""

    def __init__(self, names: dict[str, str], helpers: dict[str, ast.expr]) -> None:
        self._names = names
        self._helpers = helpers

    def visit_Name(self, node: ast.Name) -> ast.expr:  # named by ast.NodeVisitor
        helper = self._helpers.get(node.id)
        if helper is not None:
            return self.expression(copy.deepcopy(helper))  # it may be wanted again
        return ast.Name(self._names.get(node.id, node.id))

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """A type in quotes, because it comes later: here aliases wait for what they name."""
        if isinstance(node.value, str) and (node.value in self._names or node.value in self._helpers):
            return self.expression(ast.Name(node.value))
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """`Optional[X]` and `Union[X, Y]` in the spelling of the rest: `X | None`, `X | Y`."""
        if isinstance(node.value, ast.Name) and node.value.id == "Literal":
            return node  # its texts are the contract's
        self.generic_visit(node)
        match node:
            case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
                return ast.BinOp(inner, ast.BitOr(), ast.Constant(None))
            case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=members)):
                return functools.reduce(lambda left, right: ast.BinOp(left, ast.BitOr(), right), members)
            case ast.Subscript(value=ast.Name(id="Annotated")) if ast.unparse(node) == _SAFE_INTEGER:
                return ast.Name("SafeInteger")
            case _:
                return node

    def expression(self, node: ast.expr) -> ast.expr:
        """An annotation with final names, made of the tree that is given."""
        result = self.visit(node)
        if not isinstance(result, ast.expr):
            raise UnexpectedOutputError("an annotation became something else")
        return result


def _finished(model: Model, final: _Final, closed: set[str]) -> Model:
    name = final.expression(ast.Name(model.name))
    if not isinstance(name, ast.Name):
        raise UnexpectedOutputError(f"{model.name} is no name")
    if isinstance(model, AliasModel):
        return AliasModel(name.id, final.expression(model.value))
    fields = tuple(
        FieldModel(each.wire_name, final.expression(each.annotation), each.optional) for each in model.fields
    )
    return StructModel(name.id, fields, name.id in closed, model.tag_field, model.tag)


def _definable(models: list[Model]) -> tuple[Model, ...]:
    """Classes look their annotations up late, but an alias is evaluated where it stands: it waits for what it names."""
    own = {each.name for each in models}
    done: dict[str, Model] = {}
    waiting: list[AliasModel] = []
    for model in models:
        if isinstance(model, AliasModel):
            waiting.append(model)
        else:
            done[model.name] = model
        while ready := [each for each in waiting if _names_in(each.value) & own <= done.keys()]:
            for each in ready:
                done[each.name] = each
                waiting.remove(each)
    if waiting:
        raise UnexpectedOutputError(f"{waiting[0].name} names itself")
    return tuple(done.values())


def _names_in(node: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
