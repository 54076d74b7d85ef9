from pathlib import Path

import pytest

from rtgen.source.comments import comments
from rtgen.source.loader import load_bytes


def found(text: str) -> list[tuple[str, int]]:
    source = load_bytes(text.encode(), "a.yaml", Path("a.yaml"))
    assert source.root is not None
    return [(each.text, each.line) for each in comments(source.text, source.root, "word")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1 # word x\nb: 2\n", 1),
        ("# word x\na: 1\n", 2),
        ("#word x\n\n   # another\na: 1\n", 4),
        ("a:\n  # word x\n  - 1\n  - 2\n", 3),
        ("a: [1, # word x\n  2]\n", 1),
        ("a: | # word x\n  text\n", 1),
        ("a: >-\n  text\n# word x\nb: 1\n", 4),
        ("a: 'it''s'  # word x", 1),
        ("a: 1\n# word x", 3),  # there is none
    ],
)
def test_a_comment_speaks_of_its_line_or_of_the_next_with_content(text: str, line: int) -> None:
    assert found(text) == [("word x", line)]


@pytest.mark.parametrize(
    "text",
    [
        "a: '# word x'\n",
        'a: "one\n  # word x"\n',
        "a: |\n  # word x\n  more\n",
        "a: b# word x\n",
        "a: 1 # a word x\n",
        "a: 1\n",
    ],
)
def test_what_is_inside_of_a_value_is_no_comment(text: str) -> None:
    assert found(text) == []
