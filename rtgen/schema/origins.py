"""What is used by `$ref` without a name of its own keeps where it stands, so that a fault in it is told once."""

from dataclasses import replace

from rtgen.schema.tree import Place, Tree
from rtgen.schema.types import ArrayType, LiteralType, MapType, NumberType, Origin, StringType
from rtgen.schema.use import Naming, Use


def with_origin(use: Use, place: Place, tree: Tree, naming: Naming) -> Use:
    """A use of the schema at a place that was written out where it is used."""
    node = use.type
    if isinstance(node, StringType | NumberType | LiteralType | ArrayType | MapType) and node.origin is None:
        return replace(use, type=replace(node, origin=Origin(_label(place, tree, naming), tree.span(place))))
    return use


def _label(place: Place, tree: Tree, naming: Naming) -> str:
    root, pointer = tree.root_of(place.file), place.pointer
    if root is None or pointer[-2:-1] != ("properties",):
        return ""
    return f"`{pointer[-1]}` of `{naming.type_name(root, pointer[:-2])}`"
