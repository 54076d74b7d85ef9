"""Edits made at the same time come to one text, whoever's is first: the example's arithmetic, in Python."""

import pytest
from collab import Operation, OperationDelete, OperationInsert
from editor.operations import apply, rebase
from editor.shelf import Text, TooFarBehind, TooLong
from hypothesis import given
from hypothesis import strategies as st

BEGIN = "one two three".encode("utf-16-le")


@st.composite
def edits(draw: st.DrawFn) -> list[Operation]:
    """Steps of one edit of `BEGIN`, each within the text that the steps before leave."""
    size, steps = len(BEGIN) // 2, []
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, size))
        if size > at and draw(st.booleans()):
            count = draw(st.integers(1, size - at))
            steps.append(OperationDelete(at=at, count=count))
            size -= count
        else:
            text = draw(st.sampled_from(["x", "yz", "ü\U0001f600"]))
            steps.append(OperationInsert(at=at, text=text))
            size += len(text.encode("utf-16-le")) // 2
    return steps


@given(edits(), edits(), st.booleans())
def test_both_orders_give_one_text(mine: list[Operation], theirs: list[Operation], first: bool) -> None:
    mine_after, theirs_after = rebase(mine, theirs, first=first)
    assert apply(apply(BEGIN, theirs), mine_after) == apply(apply(BEGIN, mine), theirs_after)


def test_an_edit_of_an_older_revision_is_brought_up_to_date() -> None:
    text = Text()
    text.apply(0, [OperationInsert(at=0, text="ac")])
    text.apply(1, [OperationInsert(at=1, text="b")])
    text.apply(1, [OperationInsert(at=2, text="d"), OperationDelete(at=0, count=1)])
    assert (text.text, text.revision) == ("bcd", 3)


@pytest.mark.parametrize("base", [-1, 2])
def test_revisions_that_nobody_knows_are_refused(base: int) -> None:
    text = Text()
    text.apply(0, [OperationInsert(at=0, text="a")])
    with pytest.raises(TooFarBehind):
        text.apply(base, [OperationInsert(at=0, text="b")])


def test_a_document_that_is_full_stays_as_it_is() -> None:
    text = Text()
    with pytest.raises(TooLong):
        text.apply(0, [OperationInsert(at=0, text="x" * 100_001)])
    assert (text.text, text.revision) == ("", 0)
