import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtgen.files import Completion
from rtgen.output.user_files import complete

LINES = ("    async def seen(self) -> None:", "        raise NotImplementedError")
SEEN = Completion("chat.RoomHandler", "seen", LINES, "event `seen`")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("class A(chat.RoomHandler):\n    x = 1\n", "class A(chat.RoomHandler):\n    x = 1\n\n{}\n"),
        ("class A(RoomHandler):\n    x = 1", "class A(RoomHandler):\n    x = 1\n\n{}\n"),
        (
            "class A(RoomHandler):\n    x = 1\n    # about the end\n\n\nb = 2\n",
            "class A(RoomHandler):\n    x = 1\n    # about the end\n\n{}\n\n\nb = 2\n",
        ),
        (
            "if True:\n    class A(RoomHandler[int]):\n        x = 1\n",
            "if True:\n    class A(RoomHandler[int]):\n        x = 1\n\n    {}\n",
        ),
        ("class A(RoomHandler):\r\n    x = 1\r\n", "class A(RoomHandler):\r\n    x = 1\r\n\r\n{}\r\n"),
        ("\ufeffclass A(RoomHandler):\n    x = 1\n", "\ufeffclass A(RoomHandler):\n    x = 1\n\n{}\n"),
    ],
)
def test_a_method_goes_after_the_last_line_of_its_class(before: str, after: str) -> None:
    done = complete(before, [SEEN], "a.py")
    newline = "\r\n" if "\r\n" in before else "\n"
    indent = "    " if after.startswith("if") else ""
    assert done.text == after.replace("{}", (newline + indent).join(LINES))
    assert done.added == ["chat.RoomHandler.seen"]
    ast.parse(done.text.lstrip("\ufeff"))
    again = complete(done.text, [SEEN], "a.py")
    assert (again.text, again.added, again.findings) == (done.text, [], [])


@pytest.mark.parametrize(
    "text",
    [
        "class A(RoomHandler):\n    async def seen(self): ...\n",
        "class A(RoomHandler):\n    def seen(self): ...\n",
        "class A(RoomHandler):\n    seen = other\n",
        "class A(RoomHandler):\n    if True:\n        async def seen(self): ...\n",
        "class A(RoomHandler): ...\nclass B(RoomHandler):\n    async def seen(self): ...\n",
    ],
)
def test_a_method_that_is_there_is_found(text: str) -> None:
    done = complete(text, [SEEN], "a.py")
    assert (done.text, done.added, done.findings) == (text, [], [])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("x = (\n", "a.py:1:1"),
        ("x = 1\n", "a.py:1:1"),
        ("\nclass A(RoomHandler): pass\n", "a.py:2:1"),
        ("class A(Mixin, RoomHandler):\n    x = 1\n", "a.py:1:1"),
    ],
)
def test_where_nothing_can_be_added_the_lines_are_told(text: str, place: str) -> None:
    done = complete(text, [SEEN], "a.py")
    assert (done.text, done.added) == (text, [])
    (finding,) = done.findings
    assert (finding.rule, str(finding.span)) == ("handler-missing", place)
    assert finding.hint == "Paste this:\n" + "\n".join(LINES)


@given(st.text(alphabet="class A(RoomHandler):\n pd#\"'\\"), st.booleans())
def test_whatever_the_file_every_line_of_it_is_still_there(tail: str, crlf: bool) -> None:
    text = f"class A(RoomHandler):\n    x = 1\n{tail}"
    text = text.replace("\n", "\r\n") if crlf else text
    done = complete(text, [SEEN], "a.py")
    if not done.added:
        assert done.text == text
        return
    ast.parse(done.text)
    rest = iter(done.text.splitlines())
    assert all(line in rest for line in text.splitlines())
