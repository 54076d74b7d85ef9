"""The modules about a contract's data: `models.py`, `wire.py`, `schemas.py`, `validators.py`."""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rtgen.contract.documents import definitions
from rtgen.contract.model import Contract
from rtgen.schema.sensitive import sensitive_paths
from rtgen.schema.types import NamedType, Notes, ObjectType, Property, base_of
from rtgen.targets.python.code import call, doc, tuple_of
from rtgen.targets.python.conditions import joined, laid_out
from rtgen.targets.python.contexts import (
    CheckContext,
    DocumentContext,
    FieldContext,
    ModelContext,
    ModelsContext,
    PatternContext,
    SchemasContext,
    ValidatorContext,
    ValidatorsContext,
)
from rtgen.targets.python.datamodels import AliasModel, FieldModel, Model, StructModel
from rtgen.targets.python.header import title
from rtgen.targets.python.layout import WIDTH, expression, json_expression
from rtgen.targets.python.longest import longest_text
from rtgen.targets.python.names import attribute_name, schema_constant
from rtgen.targets.python.residual import Residual, check_function, residual
from rtgen.targets.python.spelled import spelled_properties
from rtgen.targets.python.wire_models import names_of, public_models, traveling_models
from rtgen.targets.python.wire_schema import OBJECTS
from rtgen.targets.text import PyCode, PyDoc, py_string
from rtgen.targets.wording import about_values, going, paragraphs

SEAM = "rtgen_runtime.codegen_v1"
"""The module of the runtime that generated code imports."""

PYDANTIC_SEAM = "rtgen_runtime.pydantic_v1"
"""What it imports too with `models: pydantic`."""


STRUCT_NAMES: Final = frozenset({"UNSET", "Meta", "SafeInteger", "Struct", "UnsetType", "field", *OBJECTS.values()})
"""What modules of Structs may import of `SEAM`."""


def import_from(module: str, names: Iterable[str]) -> PyCode:
    """A `from … import …` in the order and layout that linters ask for."""
    ordered = sorted(set(names), key=_import_order)
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= WIDTH:
        return PyCode(line)
    return PyCode(f"from {module} import (\n" + "".join(f"    {name},\n" for name in ordered) + ")")


_DIGITS: Final = re.compile(r"([0-9]+)")


def _import_order(name: str) -> tuple[int, list[tuple[str, int]], str]:
    """Constants, classes, others; each without regard to case, numbers by their value (isort's `order-by-type`)."""
    kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
    parts = _DIGITS.split(name.lower())
    return kind, [("", int(part)) if part.isdigit() else (part, 0) for part in parts], name


def models_context(contract: Contract) -> ModelsContext:
    """The Structs and aliases of a contract."""
    types = contract.types_by_name
    models = tuple(struct_context(each, types[each.name]) for each in public_models(contract))
    return models_module(title(contract, f"The types of the contract `{contract.name}`."), models)


def wire_context(contract: Contract, *, pydantic: bool) -> ModelsContext | None:
    """The types that hold ids or times, with the texts of these, or all; `None` where there is no such type."""
    found = traveling_models(contract, pydantic=pydantic)
    if not found:
        return None
    own = {each.name for each in found}
    used = {name for each in found for name in names_of(each)} & contract.types_by_name.keys()
    what = "The types" if pydantic else "Ids and times"
    travel = "with ids and times as texts" if pydantic else "as texts"
    summary = f"{what} of the contract `{contract.name}` as they travel: {travel}. Programs use `models`."
    return models_module(title(contract, summary), tuple(map(_wire_model, found)), sorted(used - own))


def models_module(
    title: PyDoc,
    models: tuple[ModelContext, ...],
    neighbours: Sequence[str] = (),
    seams: Mapping[str, frozenset[str]] | None = None,
) -> ModelsContext:
    """A module of classes and aliases; what they mention is imported from the first of `seams` that has it."""
    text = "\n".join(_annotations(models))
    words = _words(text)
    used = {"Annotated", "Any", "Literal"} & words
    declared = [str(each.statement) for each in models if not each.is_class]
    used |= {"NewType" if " = NewType(" in each.split("\n")[0] else "TypeAlias" for each in declared}
    words |= {str(each.bases).partition(",")[0].strip() for each in models if each.is_class}
    imports = [PyCode("from __future__ import annotations"), PyCode("")]
    if used:
        imports += [import_from("typing", used), PyCode("")]
    for module, names in sorted((seams or {SEAM: STRUCT_NAMES}).items()):
        if names & words:
            imports.append(import_from(module, names & words))
            words -= names
    if neighbours:
        imports += [PyCode(""), import_from(".models", neighbours)]
    return ModelsContext(title, tuple(imports), models)


def _annotations(models: Sequence[ModelContext]) -> list[str]:
    return [text for each in models for text in (each.value, *(field.declaration for field in each.fields))]


def _words(text: str) -> set[str]:
    tree = ast.parse(text.replace("\n\n", "\n")) if text.strip() else ast.Module([], [])
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def struct_context(model: Model, named: NamedType) -> ModelContext:
    """A Struct or an alias, in the contract's words."""
    words = words_about(named.notes) or f"`{named.name}` of the contract."
    return _documented(model, words, {each.name: words_about(each.notes) for each in _properties(named)})


def words_about(notes: Notes) -> str:
    """What a docstring says."""
    return paragraphs(notes.description or notes.title, about_values(notes), going(notes.deprecation))


def _wire_model(model: Model) -> ModelContext:
    return _documented(model, f"`models.{model.name}` as it travels.", {})


def _documented(model: Model, words: str, fields_words: Mapping[str, str]) -> ModelContext:
    match model:
        case AliasModel():
            return alias_context(model, words)
        case StructModel():
            fields = tuple(_field(each, fields_words.get(each.wire_name, "")) for each in model.fields)
            nothing = PyCode("")
            return ModelContext(PyCode(model.name), True, _bases(model), doc(words, 4), fields, nothing, nothing)


def alias_context(model: AliasModel, words: str) -> ModelContext:
    """An alias with these words."""
    flat = expression(model.value, indent=-1000)
    return ModelContext(PyCode(model.name), False, PyCode(""), doc(words, 0), (), flat, _declared(model))


def _declared(model: AliasModel) -> PyCode:
    """The statement that declares an alias, or a type of its own."""
    if model.branded:
        return call(f"{model.name} = NewType", [py_string(model.name), expression(model.value, indent=-1000)])
    head = f"{model.name}: TypeAlias = "
    return PyCode(head + expression(model.value, taken=len(head)))


def _properties(named: NamedType) -> tuple[Property, ...]:
    node = base_of(named.node)
    return node.properties if isinstance(node, ObjectType) else ()


def _bases(model: StructModel) -> PyCode:
    parts = ["Struct", "kw_only=True"]
    if model.tag_field:
        tag = py_string(model.tag) if isinstance(model.tag, str) else str(model.tag)
        parts += [f"tag_field={py_string(model.tag_field)}", f"tag={tag}"]
    if model.closed:
        parts.append("forbid_unknown_fields=True")
    if model.untracked:
        parts.append("gc=False")
    flat = ", ".join(parts)
    if len(f"class {model.name}({flat}):") <= WIDTH:
        return PyCode(flat)
    lines = [flat] if len(f"    {flat}") <= WIDTH else [f"{each}," for each in parts]
    return PyCode("\n" + "".join(f"    {each}\n" for each in lines))


def _field(model: FieldModel, description: str) -> FieldContext:
    name = attribute_name(model.wire_name)
    annotation = _or_unset(model.annotation) if model.optional else model.annotation
    renamed = name != model.wire_name
    options = [f"name={py_string(model.wire_name)}"] if renamed else []
    if model.optional:
        options.append("default=UNSET" if renamed else "UNSET")
    opening, closing = ("field(", ")") if renamed else ("(", ")")
    words = doc(description, 4) if description else PyDoc("")
    return FieldContext(declaration(name, annotation, options, opening, closing, bare=not renamed), words)


def declaration(
    name: str, annotation: ast.expr, options: list[str], opening: str, closing: str, *, bare: bool
) -> PyCode:
    """`name: annotation = default`, broken where a formatter breaks it: the default first, then the annotation."""
    default = ", ".join(options)
    value = default if bare else f"{opening}{default}{closing}"
    tail = f" = {value}" if options else ""
    flat = f"{name}: {expression(annotation, indent=-WIDTH)}"
    if 4 + len(flat) + len(tail) > WIDTH and options and 4 + len(flat) + len(f" = {opening}") <= WIDTH:
        return PyCode(f"{flat} = {opening}\n        {default}\n    {closing}")
    return PyCode(f"{name}: {expression(annotation, indent=4, taken=len(name) + 2, after=len(tail))}{tail}")


def _or_unset(annotation: ast.expr) -> ast.expr:
    """The annotation of something that may be absent; `None` stays last, as linters ask for."""
    match annotation:
        case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None) as none):
            return ast.BinOp(ast.BinOp(left, ast.BitOr(), ast.Name("UnsetType")), ast.BitOr(), none)
        case _:
            return ast.BinOp(annotation, ast.BitOr(), ast.Name("UnsetType"))


def schemas_context(contract: Contract) -> SchemasContext:
    """The JSON Schemas that the full validator judges by."""
    documents = []
    for each in contract.types:
        key = py_string(each.name)
        value = expression(json_expression(each.document), indent=4, taken=len(key) + 2, after=1)
        documents.append(DocumentContext(key, value))
    summary = f"JSON Schemas of the contract `{contract.name}`, for the full validator."
    return SchemasContext(title(contract, summary), tuple(documents))


def validators_context(contract: Contract, *, pydantic: bool) -> ValidatorsContext:
    """One schema constant a type, with the checks that its Struct can't express."""
    traveling = {each.name: f"wire.{each.name}" for each in traveling_models(contract, pydantic=pydantic)}
    public = "PydanticModels" if pydantic else "Structs"
    rules = residual(contract.types, attribute_name, lambda name: traveling.get(name, name))
    checks = tuple(_check(name, traveling.get(name, name), each.conditions) for name, each in rules.checks.items())
    documents = definitions(contract)
    types = contract.types_by_name
    validators = tuple(
        _validator(
            each,
            rules,
            traveling.get(each.name, ""),
            _public(public, each, () if pydantic else spelled_properties(each, types, rules)),
            sensitive_paths(each.name, documents),
        )
        for each in contract.types
    )
    standard = [PyCode("from collections.abc import Callable, Mapping"), PyCode("from typing import Final")]
    if rules.patterns:
        standard.insert(0, PyCode("import re"))
    imports = [
        *standard,
        PyCode(""),
        import_from(SEAM, ["Issue", "Schema", *rules.formats, *_seam_uses(rules, traveling, pydantic=pydantic)]),
        *([import_from(PYDANTIC_SEAM, [public])] if pydantic and traveling else []),
        PyCode(""),
        *([PyCode("from . import wire")] if traveling else []),
        import_from(".models", (each.name for each in contract.types)),
        import_from(".schemas", ["DOCUMENTS"]),
    ]
    patterns = tuple(PatternContext(each.name, each.source) for each in rules.patterns)
    summary = f"Validators of the contract `{contract.name}`: a typed decoder each, and what a type can't say."
    return ValidatorsContext(title(contract, summary), tuple(imports), patterns, checks, validators)


def _seam_uses(rules: Residual, traveling: Mapping[str, str], *, pydantic: bool) -> list[str]:
    return [name for name, used in (("UNSET", rules.uses_unset), ("Structs", traveling and not pydantic)) if used]


def _check(name: str, type_name: str, conditions: tuple[str, ...]) -> CheckContext:
    flat = _bare(conditions[0]) if len(conditions) == 1 else " and ".join(conditions)
    if len(f"    return {flat}") > WIDTH:
        flat = joined(conditions, "    return ") if len(conditions) > 1 else laid_out(conditions[0], 4, len("return "))
    return CheckContext(PyCode(check_function(name)), PyCode(type_name), PyCode(flat))


def _bare(condition: str) -> str:
    """A condition without the brackets that it needs only beside others."""
    tree = ast.parse(condition, mode="eval").body
    return condition[1:-1] if condition.startswith("(") and tree.end_col_offset == len(condition) - 1 else condition


def _public(made_by: str, each: NamedType, spelled: Sequence[str]) -> str:
    """The argument that says how checked texts become what programs hold."""
    names: list[ast.expr] = [ast.Constant(attribute_name(name)) for name in spelled]
    keywords = [ast.keyword("spelled", ast.List(names))] if names else []
    value = expression(ast.Call(ast.Name(made_by), [ast.Name(each.name)], keywords), indent=4, taken=7, after=1)
    return f"public={value}"


def _validator(
    each: NamedType, rules: Residual, traveling: str, public: str, sensitive: tuple[str, ...]
) -> ValidatorContext:
    constant, longest = schema_constant(each.name), longest_text(each.node)
    arguments = [str(py_string(each.name)), traveling or each.name, "DOCUMENTS"]
    if each.name in rules.judged:
        arguments.append("judged=True")
    elif each.name in rules.checks:
        arguments.append(f"check={check_function(each.name)}")
    if traveling:
        arguments.append(public)
    if longest and each.name not in rules.judged:
        arguments.append(f"longest={py_string(attribute_name(longest))}")
    if sensitive:
        arguments.append(f"sensitive={tuple_of([py_string(path) for path in sensitive])}")
    head = f"{constant}: Final[Schema[{each.name}]] = Schema("
    line = f"{head}{', '.join(arguments)})"
    if len(line) > WIDTH:
        inner = ", ".join(arguments)
        body = f"    {inner}\n" if len(inner) + 4 <= WIDTH else "".join(f"    {part},\n" for part in arguments)
        line = f"{head}\n{body})"
    return ValidatorContext(PyCode(line), PyCode(constant), py_string(each.name))
