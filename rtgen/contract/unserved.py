"""Which constructs of the language the generated code does not serve yet. The table shrinks as it learns them."""

from collections.abc import Iterator
from dataclasses import dataclass

from rtgen.contract.model import Unserved
from rtgen.source.nodes import MappingNode, Scalar


@dataclass(frozen=True, slots=True)
class _Construct:
    key: str
    unsafe: bool = False


_CONTRACT = (_Construct("requirements"),)


def unserved(root: MappingNode) -> Iterator[Unserved]:
    """Every use of a construct that is not served, in the order of the contract's sections."""
    yield from _found(root, _CONTRACT, "")


def _found(node: MappingNode, constructs: tuple[_Construct, ...], prefix: str) -> Iterator[Unserved]:
    for construct in constructs:
        value = node.get(construct.key)
        if value is None or (isinstance(value, Scalar) and value.value is False):
            continue
        yield Unserved(prefix + construct.key, node.key_span(construct.key), construct.unsafe)
