"""`errors.py`: the contract's errors as exceptions that handlers raise and clients catch."""

import ast

from rtgen.contract.model import Contract, DomainError
from rtgen.schema.types import ObjectType, Property, base_of
from rtgen.targets.python.code import call, carried, doc, schema_of
from rtgen.targets.python.contexts import ErrorContext, ErrorsContext
from rtgen.targets.python.data_modules import PYDANTIC_SEAM, SEAM, import_from
from rtgen.targets.python.datamodels import StructModel
from rtgen.targets.python.header import title
from rtgen.targets.python.layout import expression
from rtgen.targets.python.names import attribute_name, class_stem
from rtgen.targets.python.pydantic_module import pydantic_fields
from rtgen.targets.python.wire_models import public_models
from rtgen.targets.python.wire_schema import OBJECTS
from rtgen.targets.text import PyCode, py_string
from rtgen.targets.wording import going, paragraphs


def errors_context(contract: Contract, *, pydantic: bool) -> ErrorsContext:
    """One exception an error."""
    models = {each.name: each for each in public_models(contract) if isinstance(each, StructModel)}
    errors = tuple(_error(each, contract, models, pydantic=pydantic) for each in contract.errors)
    standard = [name for name in ("Literal", "Annotated", "Any") if _mentions(errors, name)]
    types = sorted(_types_named(contract, errors))
    objects = [name for name in ("Field", "SafeInteger", *OBJECTS.values()) if _mentions(errors, name)]
    seam = [name for name in ("UNSET", "UnsetType") if _mentions(errors, name)]
    imports = [
        *([import_from("typing", standard), PyCode("")] if standard else []),
        *([import_from("msgspec", ["Meta"]), PyCode("")] if _mentions(errors, "Meta") else []),
        import_from(SEAM, ["DomainError", *seam, *([] if pydantic else objects)]),
        *([import_from(PYDANTIC_SEAM, objects)] if pydantic and objects else []),
        PyCode(""),
        *([PyCode("from . import validators")] if types else []),
        *([import_from(".models", types)] if types else []),
    ]
    while imports and not imports[-1]:
        imports.pop()
    summary = f"Errors of the contract `{contract.name}`: raise one in a handler that declares it."
    return ErrorsContext(title(contract, summary), tuple(imports), errors)


def _error(each: DomainError, contract: Contract, models: dict[str, StructModel], *, pydantic: bool) -> ErrorContext:
    data = carried(each.data)
    parameters, made = _constructor(contract, data, models, pydantic=pydantic) if data else ([], "")
    return ErrorContext(
        name=PyCode(class_stem(each.name)),
        doc=doc(
            paragraphs(each.description or f"The error `{each.name}` of the contract.", going(each.deprecation)), 4
        ),
        code=py_string(each.name),
        message=py_string(" ".join(each.description.split())),
        retryable=PyCode(str(each.retryable)),
        has_data=bool(data),
        data_type=PyCode(data),
        data_schema=PyCode(schema_of(each.data)),
        constructor=call("def __init__", ["self", *parameters], indent=4, after=" -> None:"),
        made=PyCode(made),
        read=PyCode(f"self.data_as({schema_of(each.data)})"),
    )


def _constructor(
    contract: Contract, data: str, models: dict[str, StructModel], *, pydantic: bool
) -> tuple[list[str], str]:
    """The properties of an object as keywords; any other data as one argument."""
    named = contract.types_by_name[data]
    model = models.get(data)
    node = base_of(named.node)
    if model is None or not isinstance(node, ObjectType):
        return [f"data: {named.name}"], "data"
    if not model.fields:
        return [], f"{named.name}()"
    if pydantic:
        fields = [each for each in pydantic_fields(model, named, contract) if not each.constant]
        return _keywords(
            data, [(each.name, str(expression(each.shown, indent=-1000)), each.optional) for each in fields]
        )
    required = {each.name: each for each in node.properties}
    fields_of = [
        (attribute_name(each.wire_name), _annotation(each.annotation, required[each.wire_name]))
        for each in model.fields
    ]
    return _keywords(data, [(name, text, False) for name, text in fields_of])


def _keywords(data: str, fields: list[tuple[str, str, bool]]) -> tuple[list[str], str]:
    """Parameters by name, type and whether they may be left out as `None`; and the object that is made of them."""
    if not fields:
        return [], f"{data}()"
    parameters = ["*", *(f"{name}: {text}{' = None' if absent else ''}" for name, text, absent in fields)]
    arguments = [f"{name}={name}" for name, *_ in fields]
    return parameters, str(call(data, arguments, indent=8 + len("super().__init__(")))


def _annotation(annotation: ast.expr, declared: Property) -> str:
    text = str(expression(annotation, indent=-1000))
    return text if declared.required else f"{text} | UnsetType = UNSET"


def _mentions(errors: tuple[ErrorContext, ...], name: str) -> bool:
    return any(name in _words(each) for each in errors)


def _words(context: ErrorContext) -> set[str]:
    tree = ast.parse(f"{context.constructor}\n    pass")
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _types_named(contract: Contract, errors: tuple[ErrorContext, ...]) -> set[str]:
    named = {each.name for each in contract.types}
    used = {str(each.data_type) for each in errors if each.has_data}
    return used | {word for each in errors for word in _words(each) if word in named}
