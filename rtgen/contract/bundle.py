"""A contract of several files as one document that stands by itself: what is hashed, and what a release keeps.

Schemas of other files come in under the names that their types have, so that the bundle means the same.
"""

from dataclasses import dataclass, field

from rtgen.contract.names import type_name
from rtgen.schema.tree import Place, Tree, UnresolvedError
from rtgen.schema.types import Json
from rtgen.source.nodes import MappingNode, Node, Scalar, Sequence
from rtgen.source.pointer import Pointer, format_pointer


def bundled(tree: Tree) -> dict[str, Json]:
    """The contract's document, with every schema in it that it refers to. All references must lead somewhere."""
    return _Bundle(tree).made()


@dataclass(slots=True)
class _Bundle:
    tree: Tree
    taken: dict[str, Json] = field(default_factory=dict)
    """Schemas of other files by their new names, in the order in which they are met."""
    names: dict[tuple[str, Pointer], str] = field(default_factory=dict)

    def made(self) -> dict[str, Json]:
        document = self._plain(self.tree.root, self.tree.file)
        if not isinstance(document, dict):
            raise TypeError("a contract is an object")
        if not self.taken:
            return document
        own = document.get("schemas")
        schemas = {**(own if isinstance(own, dict) else {}), **self.taken}
        if "schemas" in document:
            return {**document, "schemas": schemas}
        before = {key: value for key, value in document.items() if key not in {"errors", "channels", "removed"}}
        return {**before, "schemas": schemas, **document}

    def _plain(self, node: Node, file: str) -> Json:
        match node:
            case Scalar():
                return node.value
            case Sequence():
                return [self._plain(item, file) for item in node.items]
            case MappingNode():
                return {entry.key: self._entry(entry.key, entry.value, file) for entry in node}

    def _entry(self, key: str, value: Node, file: str) -> Json:
        if key == "$ref" and isinstance(value, Scalar) and isinstance(value.value, str):
            return self._reference(value, value.value, file)
        return self._plain(value, file)

    def _reference(self, reference: Scalar, text: str, file: str) -> Json:
        """The reference as it is in the bundle; what only looks like one, in an example, stays."""
        try:
            place = self.tree.resolve(reference, Place(file, ()))
        except UnresolvedError:
            return text
        if place.file == self.tree.file:
            return text if file == self.tree.file else _local(place.pointer)
        start = 2 if place.pointer[0] == "schemas" else len(place.pointer)
        name = self._taken(place.file, place.pointer[:start])
        return _local(("schemas", name, *place.pointer[start:]))

    def _taken(self, file: str, pointer: Pointer) -> str:
        if (file, pointer) not in self.names:
            root, node = self.tree.root_of(file), self.tree.node(Place(file, pointer))
            if root is None or node is None:
                raise LookupError(f"nothing stands at {file}#{format_pointer(pointer)}")
            name = self.names[file, pointer] = type_name(root, pointer)
            self.taken[name] = None  # its place, before those that it refers to
            self.taken[name] = self._plain(node, file)
        return self.names[file, pointer]


def _local(pointer: Pointer) -> str:
    return "#" + format_pointer(pointer).replace("%", "%25")
