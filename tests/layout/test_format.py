import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_contracts import read

from rtgen.contract.model import Contract
from rtgen.contract.resolve import resolve
from rtgen.layout.format import UnsettledError, format_text
from rtgen.layout.order import CHANNEL, EVENT, TOP
from rtgen.source.loader import load, load_bytes
from rtgen.source.nodes import plain
from rtgen.source.span import file_start

ROOT = Path(__file__).parent.parent.parent
CHAT = (ROOT / "specs" / "chat.yaml").read_text(encoding="utf-8")


def formatted(text: str) -> str:
    made = as_formatted(text)
    assert as_formatted(made) == made
    return made


def as_formatted(text: str) -> str:
    source = load_bytes(text.encode(), "a.yaml", Path("a.yaml"))
    assert source.root is not None
    return format_text(source.text, source.root)


def becomes(before: str, after: str) -> None:
    assert formatted(dedent(before).lstrip("\n")) == dedent(after).lstrip("\n")


def test_the_orders_hold_every_key_of_the_language() -> None:
    language = json.loads(files("rtgen").joinpath("contract", "language.schema.json").read_text("utf-8"))
    assert sorted(TOP) == sorted(language["properties"])
    assert sorted(CHANNEL) == sorted(language["$defs"]["channel"]["properties"])
    assert sorted(EVENT) == sorted(language["$defs"]["event"]["properties"])


@pytest.mark.parametrize("path", ["specs/chat.yaml", "rtgen/starter/specs/hello.yaml"])
def test_our_own_contracts_are_canonical(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert formatted(text) == text


def test_keys_come_in_the_order_of_the_language_with_their_comments() -> None:
    becomes(
        """
        # Head of the file.

        # Of the version.
        version: 1.0.0
        channels:   # behind channels
            # Of the room.
            room:
                events:
                    # Of the note.
                    note:
                        payload: {type: string}  # behind payload
                        from:   client
                        # below the payload
                address: 'room'  # behind address
        rtgen: 1

        contract: demo
        # The end.
        """,
        """
        # Head of the file.

        # Of the version.
        rtgen: 1

        contract: demo
        version: 1.0.0

        channels:  # behind channels
          # Of the room.
          room:
            address: room  # behind address
            events:
              # Of the note.
              note:
                from: client
                payload: { type: string }  # behind payload
                # below the payload
        # The end.
        """,
    )


def test_empty_lines_stay_one_each_and_stand_between_blocks() -> None:
    becomes(
        """
        # Licence.

        rtgen: 1
        contract: demo


        version: 1.0.0
        schemas:
          A: {}

          # Of B.
          B: {}
          C: {}

          # below
        channels: {}
        removed: []

        # tail
        """,
        """
        # Licence.

        rtgen: 1
        contract: demo

        version: 1.0.0

        schemas:
          A: {}

          # Of B.
          B: {}
          C: {}

          # below

        channels: {}
        removed: []

        # tail
        """,
    )


def test_lists_and_objects_in_all_their_forms() -> None:
    becomes(
        """
        a: {x: 1,   y: [1,2]}
        b:
        - one
        -   k: v
            l: w
        -
          - deep
          - {}
        c: {
          x: 1,  # of x
          y: [a, b]
        }
        d: [
          a,
          b
        ]
        e:
        f: []
        """,
        """
        a: { x: 1, y: [1, 2] }

        b:
          - one
          - k: v
            l: w
          - - deep
            - {}

        c:
          x: 1  # of x
          y: [a, b]

        d: [a, b]
        e:
        f: []
        """,
    )


def test_quotes_stand_only_where_they_are_needed() -> None:
    becomes(
        r"""
        plain: "word"
        spaces: 'two words'
        numbers: ["1", '1.0', "010", '2026-01-01', "12:30"]
        words: ['on', "no", 'true', "null", '']
        signs: ["#/a", '@x', "a, b", 'a: b', "it's", 'say "hi"', "*x", '- x']
        block: 'a, b [c]'
        escapes: "a\nb\u202e"
        'key': 1
        "on": 2
        """,
        r"""
        plain: word
        spaces: two words
        numbers: ['1', '1.0', '010', '2026-01-01', '12:30']
        words: ['on', 'no', 'true', 'null', '']
        signs: ['#/a', '@x', 'a, b', 'a: b', it's, say "hi", '*x', '- x']
        block: a, b [c]
        escapes: "a\nb\u202e"
        key: 1
        'on': 2
        """,
    )


def test_blocks_of_text_keep_their_lines() -> None:
    becomes(
        """
        a: |
            One.
              Two. # no comment

            Three.
        b: >-  # behind the sign
                Folded
                text.
        c: Long
          plain
          text.
        """,
        """
        a: |
          One.
            Two. # no comment

          Three.
        b: >- # behind the sign
          Folded
          text.
        c: Long plain text.
        """,
    )


def test_long_lines_in_braces_stay_and_broken_ones_that_do_not_fit_become_blocks() -> None:
    long = "{ " + ", ".join(f"key{n}: value" for n in range(20)) + " }"
    assert formatted(f"a: {long}\n") == f"a: {long}\n"
    broken = long.replace("{ ", "{\n  ").replace(" }", "\n}")
    assert formatted(f"a: {broken}\n") == "a:\n" + "".join(f"  key{n}: value\n" for n in range(20))


def test_with_anchors_keys_stay_where_they_are() -> None:
    text = "version: &v 1.0.0\ncontract: *v\nrtgen: &n { a: 1 }\n"
    assert formatted(text) == text


@pytest.mark.parametrize("text", ["a: |2\n    x\n", "a: |+\n  x\n\n", "---\na: 1\n", "a: |\n"])
def test_what_is_rare_is_left_alone(text: str) -> None:
    with pytest.raises(UnsettledError):
        as_formatted(text)


# Laws, over texts that a person could have written: any style, comments anywhere, any indentation.

NAMES = st.sampled_from(
    ["rtgen", "version", "contract", "title", "channels", "events", "from", "payload", "a", "b-c", "on"]
)
WORDS = st.sampled_from(
    [
        "word",
        "two words",
        "'quoted'",
        '"double"',
        "'it''s'",
        '"a\\nb"',
        "1",
        "1.50",
        "true",
        "",
        "'#/a'",
        "'1'",
        "a#b",
        "x:y",
    ]
)
COMMENTS = st.sampled_from(["", "", "", "# note", "# a: b", "#'odd\"", "# [x"])


@st.composite
def flows(draw: st.DrawFn, depth: int = 0) -> str:
    kind = draw(st.integers(0, 2 if depth < 2 else 0))
    if kind == 0:
        return draw(WORDS.filter(bool))
    gap = draw(st.sampled_from([" ", "", "\n      "]))
    note = draw(COMMENTS)
    end = f"  {note}\n      " if note else gap
    if kind == 1:
        items = draw(st.lists(flows(depth + 1), max_size=3))
        return "[" + gap + f",{gap or ' '}".join(items) + end + "]"
    keys = draw(st.lists(NAMES, max_size=3, unique=True))
    return "{" + gap + f",{gap or ' '}".join(f"{key}: {draw(flows(depth + 1))}" for key in keys) + end + "}"


@st.composite
def blocks(draw: st.DrawFn, indent: int = 0, depth: int = 0) -> str:
    pad = " " * indent
    lines = []
    is_object = depth == 0 or draw(st.booleans())
    keys = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    for key in keys:
        if draw(st.booleans()):
            lines.append("")
        note = draw(COMMENTS)
        if note:
            lines.append(" " * draw(st.sampled_from([indent, indent, 0, indent + 3])) + note)
        head = f"{pad}{key}:" if is_object else f"{pad}-"
        behind = draw(COMMENTS)
        behind = f"  {behind}" if behind else ""
        kind = draw(st.integers(0, 3 if depth < 3 else 1))
        if kind == 0:
            lines.append(f"{head} {draw(WORDS)}{behind}")
        elif kind == 1:
            lines.append(f"{head} {draw(flows())}{behind}")
        elif kind == 2:
            lines += [f"{head} |", f"{pad}      text # inside", "", f"{pad}        more"]
        else:
            lines += [f"{head}{behind}", draw(blocks(indent + draw(st.integers(1, 4)), depth + 1))]
    return "\n".join(lines) + ("\n" if depth == 0 else "")


def comments(text: str) -> list[str]:
    return sorted(
        word for line in text.splitlines() for word in ["# note", "# a: b", "#'odd\"", "# [x"] if word in line
    )


@settings(max_examples=300, deadline=None)
@given(blocks())
def test_a_canonical_text_means_the_same_and_is_its_own_canonical_form(text: str) -> None:
    before = load_bytes(text.encode(), "a.yaml", Path("a.yaml"))
    assert before.findings == ()
    assert before.root is not None
    made = formatted(text)
    after = load_bytes(made.encode(), "a.yaml", Path("a.yaml"))
    assert after.root is not None
    assert plain(after.root) == plain(before.root)
    assert comments(made) == comments(text)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_contract_stays_the_same_contract(data: st.DataObject) -> None:
    """Comments and empty lines anywhere, top-level blocks in any order: the contract and its hash stay."""
    blocks_of = data.draw(
        st.permutations(("\n" + CHAT.split("\n", 1)[1]).replace("\n\nschemas", "\n\n\0schemas").split("\n\0"))
    )
    lines = "\n".join(blocks_of).splitlines()
    for _ in range(data.draw(st.integers(0, 8))):
        lines.insert(data.draw(st.integers(0, len(lines))), data.draw(st.sampled_from(["# note", "", "      # deep"])))
    text = "\n".join(lines) + "\n"
    made = formatted(text)
    before, after = read(text).contract, read(made).contract
    assert before is not None
    assert after == before
    assert after.hash == before.hash


def without_places(made: Contract | None) -> Contract | None:
    """Where an unserved construct stands is told to people; it is no part of what a contract means."""
    if made is None:
        return None
    nowhere = file_start("a.yaml")
    unserved = sorted(made.unserved, key=lambda each: each.construct)
    return replace(made, unserved=tuple(replace(each, span=nowhere) for each in unserved))


def test_every_contract_of_the_tests_stays_what_it_is() -> None:
    """With all its findings, and with its hash."""
    paths = [*ROOT.glob("tests/golden/*/contract.yaml"), ROOT / "tests" / "contract" / "everything.yaml"]
    compared = 0
    for path in paths:
        source = load(path, "contract.yaml")
        if source.root is None or source.findings:
            continue
        text = formatted(source.text.characters)
        before, after = resolve(source, "a"), resolve(load_bytes(text.encode(), "contract.yaml", path), "a")
        assert sorted(each.rule for each in after.findings) == sorted(each.rule for each in before.findings), path
        assert without_places(after.contract) == without_places(before.contract), path
        compared += 1
    assert compared > 50
