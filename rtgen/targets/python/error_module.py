"""`errors.py`: the contract's errors as exceptions that handlers raise and clients catch."""

import ast

from rtgen.contract.model import Contract, DomainError
from rtgen.schema.types import NamedType, ObjectType, Property, base_of
from rtgen.targets.python.code import call, carried, doc, schema_of
from rtgen.targets.python.contexts import ErrorContext, ErrorsContext
from rtgen.targets.python.data_modules import SEAM, import_from
from rtgen.targets.python.datamodels import StructModel
from rtgen.targets.python.header import title
from rtgen.targets.python.layout import expression
from rtgen.targets.python.names import attribute_name, class_stem
from rtgen.targets.python.wire_models import public_models
from rtgen.targets.python.wire_schema import OBJECTS
from rtgen.targets.text import PyCode, py_string


def errors_context(contract: Contract) -> ErrorsContext:
    """One exception an error."""
    models = {each.name: each for each in public_models(contract) if isinstance(each, StructModel)}
    errors = tuple(_error(each, contract, models) for each in contract.errors)
    standard = [name for name in ("Literal", "Annotated", "Any") if _mentions(errors, name)]
    types = sorted(_types_named(contract, errors))
    seam = [name for name in ("UNSET", "UnsetType", "SafeInteger", *OBJECTS.values()) if _mentions(errors, name)]
    imports = [
        *([import_from("typing", standard), PyCode("")] if standard else []),
        *([import_from("msgspec", ["Meta"]), PyCode("")] if _mentions(errors, "Meta") else []),
        import_from(SEAM, ["DomainError", *seam]),
        PyCode(""),
        *([PyCode("from . import validators")] if types else []),
        *([import_from(".models", types)] if types else []),
    ]
    while imports and not imports[-1]:
        imports.pop()
    summary = f"Errors of the contract `{contract.name}`: raise one in a handler that declares it."
    return ErrorsContext(title(contract, summary), tuple(imports), errors)


def _error(each: DomainError, contract: Contract, models: dict[str, StructModel]) -> ErrorContext:
    data = carried(each.data)
    parameters, made = _constructor(contract.types_by_name[data], models) if data else ([], "")
    return ErrorContext(
        name=PyCode(class_stem(each.name)),
        doc=doc(each.description or f"The error `{each.name}` of the contract.", 4),
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


def _constructor(named: NamedType, models: dict[str, StructModel]) -> tuple[list[str], str]:
    """The properties of an object as keywords; any other data as one argument."""
    model = models.get(named.name)
    node = base_of(named.node)
    if model is None or not isinstance(node, ObjectType):
        return [f"data: {named.name}"], "data"
    if not model.fields:
        return [], f"{named.name}()"
    required = {each.name: each for each in node.properties}
    parameters = ["*"]
    arguments = []
    for each in model.fields:
        name = attribute_name(each.wire_name)
        parameters.append(f"{name}: {_annotation(each.annotation, required[each.wire_name])}")
        arguments.append(f"{name}={name}")
    return parameters, str(call(named.name, arguments, indent=8 + len("super().__init__(")))


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
