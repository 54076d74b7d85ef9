from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtgen.source.loader import load_bytes
from rtgen.source.nodes import Scalar
from rtgen.source.pointer import PointerError, find, format_pointer, parse_fragment

SOURCE = load_bytes(b"a/b: 1\nm~n: 2\n'%': 3\n__proto__: 4\nlist: [x, y]\n'': 5\n", "a", Path("a"))


@pytest.mark.parametrize(
    ("fragment", "meant"),
    [("/a~1b", 1), ("/m~0n", 2), ("/%25", 3), ("/__proto__", 4), ("/list/1", "y"), ("/", 5), ("/a%2Fb", None)],
)
def test_fragments_lead_where_rfc_6901_says(fragment: str, meant: object) -> None:
    assert SOURCE.root is not None
    node = find(SOURCE.root, parse_fragment(fragment))
    assert (node.value if isinstance(node, Scalar) else None) == meant


@pytest.mark.parametrize("fragment", ["/list/2", "/list/01", "/list/-", "/list/x", "/nowhere/x", "/list/0/0"])
def test_what_is_not_there_is_not_found(fragment: str) -> None:
    assert SOURCE.root is not None
    assert find(SOURCE.root, parse_fragment(fragment)) is None


@pytest.mark.parametrize("fragment", ["a", "/~", "/~2", "/%ff"])
def test_what_is_no_pointer_is_refused(fragment: str) -> None:
    with pytest.raises(PointerError):
        parse_fragment(fragment)


@given(st.lists(st.text()))
def test_a_pointer_comes_back_from_its_text(steps: list[str]) -> None:
    assert parse_fragment(format_pointer(steps).replace("%", "%25")) == tuple(steps)
