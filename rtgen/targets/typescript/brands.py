"""The module `brands.ts`: for each branded type a function that makes one, and a guard."""

from rtgen.contract.model import Contract
from rtgen.schema.types import NamedType, NumberType, base_of
from rtgen.targets.text import TsCode, js_doc
from rtgen.targets.typescript import names
from rtgen.targets.typescript.contexts import BrandContext, BrandsContext
from rtgen.targets.typescript.escapes import quoted
from rtgen.targets.typescript.layout import angles, call, import_names
from rtgen.targets.typescript.words import deprecated, header
from rtgen.targets.wording import paragraphs


def branded_types(contract: Contract) -> tuple[NamedType, ...]:
    """The types with a brand, in the contract's order."""
    return tuple(each for each in contract.types if each.notes.brand)


def brand_type(named: NamedType) -> str:
    """`Brand<string, "UserId">`."""
    return angles("Brand", (_plain(named), str(quoted(named.notes.brand))), "")


def brands_context(contract: Contract, checks: dict[str, str]) -> BrandsContext:
    """All of the module; `checks` are the names of the checks by type."""
    types = branded_types(contract)
    lines = (
        import_names(["branded", *({*checks.values()} & {"checkAnything"})], quoted("../runtime/codegen-v1.js")),
        import_names([f"type {each.name}" for each in types], quoted("./types.js")),
        import_names([each for each in checks.values() if each != "checkAnything"], quoted("./validators.js")),
    )
    return BrandsContext(
        header(contract, f"The branded types of the contract `{contract.name}`: how to make one, and how to tell one."),
        tuple(TsCode(each) for each in lines),
        tuple(_brand(each, checks[each.name]) for each in types),
    )


def _brand(named: NamedType, check: str) -> BrandContext:
    notes, plain, name = named.notes, _plain(named), named.name
    throws = "@throws {@link InvalidPayloadError} where the contract forbids it."
    words = paragraphs(f"Makes a `{name}` of a {plain}.", notes.title, notes.description)
    tags = deprecated(notes.deprecation)
    make = call(f"export function {names.brand_function(name)}", (f"value: {plain}",), f": {name} {{")
    test = call(f"export function {names.brand_guard(name)}", ("value: unknown",), f": value is {name} {{")
    return BrandContext(
        js_doc(words, tags=(throws, *tags)),
        TsCode(make),
        TsCode(call("return branded", (str(quoted(notes.brand)), check, "value"), ";", 2)),
        js_doc(f"Whether a value is what the contract calls a `{name}`.", tags=tags),
        TsCode(test),
        TsCode(f"return {check}(value);"),
    )


def _plain(named: NamedType) -> str:
    return "number" if isinstance(base_of(named.node), NumberType) else "string"
