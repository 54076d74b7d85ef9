"""JSON Schemas that stand by themselves, put together from those of the named types.

`NamedType.document` refers to other types by `#/$defs/<name>` and holds no `$defs` of its own, so that a set of types
is one document and each type is in it once.
"""

from rtgen.contract.model import Contract
from rtgen.schema.types import Json, NamedType


def definitions(contract: Contract) -> dict[str, Json]:
    """The value of `$defs`: every named type's document by its name, in the order of `Contract.types`."""
    return {each.name: each.document for each in contract.types}


def standalone(contract: Contract, named: NamedType) -> dict[str, Json]:
    """One type's JSON Schema with the `$defs` it reaches, and no others."""
    documents = definitions(contract)
    reached: dict[str, Json] = {}
    rest = [named.name]
    while rest:
        name = rest.pop()
        if name not in reached:
            reached[name] = documents[name]
            rest.extend(references(documents[name]))
    return {"$ref": f"#/$defs/{named.name}", "$defs": {name: reached[name] for name in documents if name in reached}}


def references(document: Json) -> tuple[str, ...]:
    """The names of the types a document refers to, each once, in its order."""
    found: dict[str, None] = {}
    rest = [document]
    while rest:
        here = rest.pop()
        if isinstance(here, dict):
            target = here.get("$ref")
            if isinstance(target, str):
                found[target.removeprefix("#/$defs/")] = None
            rest.extend(reversed(list(here.values())))
        elif isinstance(here, list):
            rest.extend(reversed(here))
    return tuple(found)
