from hypothesis import given
from hypothesis import strategies as st

from rtgen.source.edits import edited
from rtgen.source.finding import Edit
from rtgen.source.text import Text

LINES = Text("a.yaml", "one: 1\n  # gone\ntwo: 2  # gone too\nthree: 3\n")


def edit(start: int, end: int, text: str) -> Edit:
    return Edit(LINES.span(start, end), text)


def test_what_replaces_stands_where_the_old_stood() -> None:
    assert edited(LINES, [edit(0, 3, "eins")]) == (LINES.characters.replace("one:", "eins:"), 1)


def test_a_comment_goes_with_its_line_or_with_the_blanks_before_it() -> None:
    first, second = LINES.characters.index("# gone"), LINES.characters.index("# gone too")
    gone = [edit(second, second + 10, ""), edit(first, first + 6, "")]
    assert edited(LINES, gone) == ("one: 1\ntwo: 2\nthree: 3\n", 2)


def test_of_two_edits_that_meet_the_first_is_made() -> None:
    assert edited(LINES, [edit(0, 3, "a"), edit(1, 5, "b")]) == ("a" + LINES.characters[3:], 1)


def test_one_edit_asked_for_twice_is_made_once() -> None:
    assert edited(LINES, [edit(0, 3, "a"), edit(0, 3, "a")])[1] == 1


@given(st.text("ab \n", max_size=30), st.data())
def test_edits_change_nothing_outside_of_their_places(characters: str, data: st.DataObject) -> None:
    text = Text("a.yaml", characters)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(characters)), max_size=6)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    done, made = edited(text, [Edit(text.span(start, end), "<>") for start, end in pairs])
    assert made == len(pairs)
    rest = [
        characters[end:start]
        for end, start in zip(
            [0, *(end for _, end in pairs)], [*(start for start, _ in pairs), len(characters)], strict=True
        )
    ]
    assert done == "<>".join(rest)
