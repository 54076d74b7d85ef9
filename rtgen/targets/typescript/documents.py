"""A type's JSON Schema, walked beside its nodes for what they don't keep."""

from rtgen.schema.types import Json, ObjectType, Property


def below(document: Json, word: str, index: int | None = None) -> Json:
    """What stands under a word, or of a list under it at an index; `True` where nothing does."""
    found = document.get(word, True) if isinstance(document, dict) else True
    if index is None:
        return found
    return found[index] if isinstance(found, list) and index < len(found) else True


def in_required_order(node: ObjectType, document: Json) -> list[Property]:
    """The required properties as `required` lists them."""
    required = [each for each in node.properties if each.required]
    stated = below(document, "required")
    if not isinstance(stated, list):
        return required
    place = {name: index for index, name in enumerate(stated) if isinstance(name, str)}
    return sorted(required, key=lambda each: place.get(each.name, len(place)))
