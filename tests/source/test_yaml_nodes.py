from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rtgen.source.finding import Finding
from rtgen.source.loader import MAX_BYTES, load, load_bytes
from rtgen.source.nodes import MappingNode, Node, Plain, Sequence, plain
from rtgen.source.span import Span
from rtgen.source.text import Text
from rtgen.source.yaml_nodes import MAX_DEPTH, read_nodes


def read(data: str | bytes) -> tuple[Node | None, tuple[Finding, ...]]:
    source = load_bytes(data.encode() if isinstance(data, str) else data, "a.yaml", Path("a.yaml"))
    return source.root, source.findings


def value(text: str) -> Plain:
    root, findings = read(text)
    assert findings == ()
    assert root is not None
    return plain(root)


def refused(data: str | bytes) -> tuple[str, str]:
    _, findings = read(data)
    (finding,) = findings
    return finding.rule, f"{finding.span.start.line}:{finding.span.start.column}"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-12", -12),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("yes", "yes"),
        ("on", "on"),
        ("No", "No"),
        ("010", "010"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2026-01-01", "2026-01-01"),
        ("1.2.3", "1.2.3"),
        ("'true'", "true"),
        ('"1"', "1"),
        ("=", "="),
    ],
)
def test_only_the_words_of_yaml_1_2_have_a_meaning(written: str, meant: Plain) -> None:
    found = value(f"a: {written}")
    assert isinstance(found, dict)
    assert found["a"] == meant
    assert type(found["a"]) is type(meant)


def test_keys_are_what_was_written() -> None:
    text = "on: 1\nnull: 1\n1: 1\n1.0: 1\n010: 1\n2026-01-01: 1\ntrue: 1\n__proto__: 1\n"
    found = value(text)
    assert isinstance(found, dict)
    assert list(found) == ["on", "null", "1", "1.0", "010", "2026-01-01", "true", "__proto__"]


def test_every_node_knows_its_place() -> None:
    root, _ = read("a: 1\nb:\n  c: [x, {d: y}]\n")
    assert isinstance(root, MappingNode)
    inner = root.get("b")
    assert isinstance(inner, MappingNode)
    assert str(root.span) == "a.yaml:1:1"
    assert str(root.key_span("b")) == "a.yaml:2:1"
    assert str(inner.span) == "a.yaml:3:3"
    assert str(inner.key_span("c")) == "a.yaml:3:3"
    assert (inner.span.end.line, inner.span.end.column) == (3, 17)


@pytest.mark.parametrize("text", ["\ufeff", ""], ids=["with BOM", "without BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_columns_count_code_points_whatever_the_line_ends(text: str, end: str) -> None:
    root, findings = read((text + end.join(["é𝄞: 1", "b: {ü: 2, c: !x 3}"])).encode())
    assert root is None
    (finding,) = findings
    assert str(finding.span) == "a.yaml:2:14"


@pytest.mark.parametrize(
    ("data", "rule", "place"),
    [
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", "3:1"),
        ("a: [1, 2", "yaml-syntax", "1:9"),
        ("a:\n\tb: 1\n", "yaml-syntax", "2:1"),
        ("a: !!binary x", "yaml-tag", "1:4"),
        ("a: ! x", "yaml-tag", "1:4"),
        ("a: {<<: {b: 1}}", "yaml-merge", "1:5"),
        ("a: &a [*a]", "yaml-alias", "1:8"),
        ("a: *b", "yaml-alias", "1:4"),
        ("? [a]\n: b", "yaml-key", "1:3"),
        ("a: 1\n---\nb: 2\n", "yaml-documents", "2:1"),
        ("a: -.inf", "yaml-number", "1:4"),
        ("a: 1e400", "yaml-number", "1:4"),
        ("a: " + "9" * 5000, "yaml-number", "1:4"),
        ("a: 'b\x00'", "yaml-character", "1:6"),
        ('a: "\\ud800"', "yaml-syntax", "1:7"),
        ("", "yaml-empty", "1:1"),
        ("# only a comment\n", "yaml-empty", "1:1"),
        ("a: 1".encode("utf-16"), "unreadable-file", "1:1"),
        (b"a: \xff", "unreadable-file", "1:1"),
        ("[" * 5000 + "]" * 5000, "yaml-too-deep", f"1:{MAX_DEPTH + 1}"),
        ("a:\n" + "".join(" " * level + "a:\n" for level in range(1, 500)), "yaml-too-deep", "65:65"),
    ],
)
def test_what_no_contract_needs_is_refused_with_its_place(data: str | bytes, rule: str, place: str) -> None:
    assert refused(data) == (rule, place)


def test_a_quoted_merge_key_is_a_name() -> None:
    assert value("'<<': 1") == {"<<": 1}


def test_the_first_of_two_equal_keys_is_named_too() -> None:
    _, findings = read("a: 1\nb: {c: 1, c: 2}\n")
    assert str(findings[0].related[0].span) == "a.yaml:2:5"


def test_aliases_share_until_they_multiply() -> None:
    assert value("a: &x [1, 2]\nb: *x\n") == {"a": [1, 2], "b": [1, 2]}
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    assert refused(bomb)[0] == "yaml-too-large"


def test_aliases_do_not_get_round_the_limit_of_depth() -> None:
    chain = "a0: &a0 " + "[" * 40 + "x" + "]" * 40 + "\na1: " + "[" * 40 + "*a0" + "]" * 40
    assert refused(chain)[0] == "yaml-too-deep"


def test_unreadable_files_are_findings(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"a" * (MAX_BYTES + 1))
    for path in (tmp_path / "absent.yaml", tmp_path, large):
        (finding,) = load(path, "shown.yaml").findings
        assert (finding.rule, str(finding.span)) == ("unreadable-file", "shown.yaml:1:1")


@given(st.text())
@example("a: &a\n  <<: *a")
@example("- - - - !!")
@example("%YAML 1.1\n--- a")
@example("\u2028a: 1")
def test_no_text_makes_the_loader_raise(text: str) -> None:
    root, findings = read(text.encode("utf-8", errors="surrogatepass"))
    assert root is not None or findings


@given(st.binary())
def test_no_bytes_make_the_loader_raise(data: bytes) -> None:
    root, findings = read(data)
    assert root is not None or findings


@given(st.text(alphabet="abk:-[]{}&*!|>'\"#%@`, \n\t?<~01.\ufeff\u2028"))
def test_no_yaml_like_text_makes_the_loader_raise(text: str) -> None:
    root, findings = read(text)
    assert root is not None or findings
    for finding in findings:
        assert finding.span.start <= finding.span.end


def test_places_are_the_same_where_yaml_counts_more_lines() -> None:
    """With a line end that only YAML knows, places are counted another way: the two ways agree."""
    text = 'a: [x, "ü 😀", { k: 1 }]\n# one\nb: |\n  text\n  more\n\nc:\n- - 1\n  - &n two\nd: *n\n'
    plain_way, _ = read_nodes(Text("a.yaml", text))
    other_way, _ = read_nodes(Text("a.yaml", text + "# \u2028\n"))
    assert plain_way is not None
    assert other_way is not None
    assert places(plain_way) == places(other_way)


def places(root: Node) -> list[Span]:
    found, rest = [], [root]
    while rest:
        node = rest.pop()
        found.append(node.span)
        if isinstance(node, Sequence):
            rest += node.items
        elif isinstance(node, MappingNode):
            found += [entry.key_span for entry in node]
            rest += [entry.value for entry in node]
    return found
