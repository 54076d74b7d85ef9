"""Group A: whatever stands in a contract's file is either understood exactly or refused where it stands.

The ids are those of the project's list of attacks and faults. Where the contract language decides otherwise, it wins:
an unquoted `on` or `010` is a name as written (A2), and a range that nothing fits into is refused, not warned of (A14).
What costs time or memory (A3, A5, A8's size, A18, A19) is tested in `test_large_input.py`; that a pattern that is not
refused means one thing at both ends (A13) by the agreement tests.
"""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner
from hostile_contracts import generate
from small_contracts import HEAD, contract, with_payload

from rtgen import api
from rtgen.cli.main import main
from rtgen.schema.types import LiteralType, ObjectType
from rtgen.source.loader import load_bytes

ROOM = "channels:\n  room:\n    address: room\n    events:\n"
NOTE = "      note: { description: A note., from: client }\n"
WHOLE = HEAD + ROOM + NOTE


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def payload(schema: str, schemas: str = "") -> str:
    return with_payload(schema, schemas)


Q = '"'
# What it is, the file, the rule, and the words at whose last occurrence the finding points.
REFUSED: list[tuple[str, str | bytes, str, str]] = [
    ("A1 a key twice at the top", WHOLE + "version: 2.0.0\n", "duplicate-key", "version"),
    (
        "A1 a key twice deep inside",
        payload("{ type: object, properties: { a: {}, a: {} } }"),
        "duplicate-key",
        "a: {} }",
    ),
    ("A1 a key twice, once in quotes", WHOLE + "'version': 2.0.0\n", "duplicate-key", "'version'"),
    ("A2 a boolean among strings", payload("{ type: string, enum: [a, true] }"), "wrong-value", "true]"),
    ("A2 null among strings", payload("{ type: string, enum: [a, null] }"), "wrong-value", "null]"),
    ("A2 a number among strings", payload("{ type: string, enum: [a, 1.0] }"), "wrong-value", "1.0]"),
    ("A2 an event called 1", WHOLE.replace("note:", "1:"), "bad-name", "1:"),
    ("A2 a version that is a number", WHOLE.replace("1.0.0", "1.0"), "wrong-type", "1.0"),
    ("A4 an alias inside its anchor", WHOLE + "removed: &a [x, *a]\n", "yaml-alias", "*a"),
    ("A6 an object of Python's", WHOLE + "title: !!python/object/apply:os.system [x]\n", "yaml-tag", "!!"),
    ("A6 an unknown tag", WHOLE + "title: !secret x\n", "yaml-tag", "!secret"),
    ("A7 a merge key", WHOLE + "limits: { <<: { frame: 1KiB }, frame: 2KiB }\n", "yaml-merge", "<<"),
    ("A7 two merge keys", WHOLE + "limits:\n  <<: [{ frame: 1KiB }]\n  '<<': {}\n", "yaml-merge", "<<: ["),
    ("A8 UTF-16", WHOLE.encode("utf-16"), "unreadable-file", ""),
    ("A8 Latin-1", (WHOLE + "title: caf\xe9\n").encode("latin-1"), "unreadable-file", ""),
    ("A8 NUL", WHOLE + "title: a\0b\n", "yaml-character", "\0"),
    ("A8 a lone surrogate, escaped", WHOLE + 'title: "\\ud800"\n', "yaml-syntax", "d800"),
    ("A8 a tab as indentation", WHOLE + "limits:\n\tframe: 1KiB\n", "yaml-syntax", "\t"),
    ("A8 bidi marks in a name", WHOLE.replace("note:", '"no\u202ete":'), "bad-name", '"no'),
    ("A8 a look-alike in a name", WHOLE.replace("note:", "n\u043ete:"), "bad-name", "n\u043ete"),
    ("A8 two documents", WHOLE + "---\n" + WHOLE, "yaml-documents", "---"),
    ("A8 nothing", "", "yaml-empty", ""),
    ("A8 a list", "[rtgen, 1]", "wrong-type", "["),
    *(
        (
            f"A9 a reference to {where}",
            payload(f"{{ $ref: {Q}{where}#/schemas/A{Q} }}"),
            "unresolved-ref",
            f"{Q}{where}",
        )
        for where in (
            *("http://127.0.0.1:1/a.yaml", "//127.0.0.1/a.yaml", "file:///etc/passwd", "/etc/passwd", "C:/a.yaml"),
            *("../a.yaml", "./b/../../a.yaml", "%2e%2e/a.yaml", "..%2fa.yaml", r"..\\a.yaml", r"a\0.yaml", "./"),
        )
    ),
    ("A9 a path too long", payload(f"{{ $ref: '{'a' * 5000}.yaml#/schemas/A' }}"), "unresolved-ref", f"'{'a' * 5000}"),
    (
        "A10 references in a circle",
        payload("{ $ref: '#/schemas/A' }", "A: { $ref: '#/schemas/B' }\nB: { $ref: '#/schemas/A' }"),
        "ref-cycle",
        "'#/schemas/B'",
    ),
    ("A10 a reference to itself", payload("{}", "A: { $ref: '#/schemas/A' }"), "ref-cycle", "'#/schemas/A'"),
    ("A11 no such schema", payload("{ $ref: '#/schemas/__proto__' }", "A: {}"), "unresolved-ref", "'#/"),
    ("A11 an escape of nothing", payload("{ $ref: '#/schemas/~2' }", "A: {}"), "unresolved-ref", "'#/"),
    *(
        (f"A12 the pattern {pattern}", payload(f"{{ type: string, pattern: '{pattern}' }}"), "pattern", f"'{pattern}")
        for pattern in ("^(a+)+$", "(.*a){20}", "^(a|a)*$", "^(a|ab)*(b|ab)*$", "^((a?){30}){30}$")
    ),
    *(
        (f"A13 the pattern {pattern}", payload(f"{{ type: string, pattern: '{pattern}' }}"), "pattern", f"'{pattern}")
        for pattern in ("(?<=a)b", r"(a)\1", "[", r"\p{L}", "(?i)a", r"\bx")
    ),
    ("A14 a multiple of nothing", payload("{ type: number, multipleOf: 0 }"), "wrong-value", "multipleOf"),
    ("A14 a negative length", payload("{ type: string, minLength: -1 }"), "wrong-type", "-1"),
    ("A14 no number fits", payload("{ type: integer, minimum: 2, maximum: 1 }"), "impossible-range", "minimum"),
    ("A14 an enum without values", payload("{ enum: [] }"), "wrong-value", "enum"),
    ("A14 a keyword misspelt", payload("{ type: string, maxLenght: 1 }"), "unknown-key", "maxLenght"),
    ("A14 a dialect's keyword", payload("{ type: string, nullable: true }"), "unsupported-keyword", "nullable"),
    ("A15 a constant", payload("{ const: 9007199254740993 }"), "unsafe-integer", "9007"),
    ("A15 an enum", payload("{ enum: [1, -9007199254740992] }"), "unsafe-integer", "-9007"),
    ("A15 a bound", payload("{ type: integer, maximum: 9007199254740992 }"), "unsafe-integer", "9007"),
    ("A15 a default", payload("{ type: integer, default: 9007199254740993 }"), "unsafe-integer", "9007"),
    ("A15 beyond a double", payload("{ const: 1e400 }"), "yaml-number", "1e400"),
    (
        "A16 properties",
        payload("{ type: object, properties: { user-id: {}, userId: {} } }"),
        "name-collision",
        "userId",
    ),
    ("A16 events", WHOLE + NOTE.replace("note:", "note_:"), "name-collision", "note_:"),
    ("A16 channels", WHOLE + "  room_: { address: b, events: {} }\n", "name-collision", "room_"),
    ("A16 errors", WHOLE + "errors: { tooBig: {}, too_big: {} }\n", "name-collision", "too_big"),
    ("A16 schemas", payload("{}", "Ab: {}\nAB: {}"), "name-collision", "AB"),
    ("A16 letters that look alike once normalised", payload("{}", "\u212bA: {}"), "bad-name", "\u212bA"),
    ("A17 an empty name", WHOLE.replace("note:", "'':"), "bad-name", "''"),
    ("A17 300 characters", WHOLE.replace("note:", f"{'n' * 300}:"), "bad-name", "n" * 300),
    ("A17 a digit first", WHOLE.replace("note:", "2nd:"), "bad-name", "2nd"),
    ("A17 an emoji", WHOLE.replace("note:", "\U0001f600:"), "bad-name", "\U0001f600"),
    (
        "A17 an emoji as a property",
        payload("{ type: object, properties: { \U0001f600: {} } }"),
        "bad-name",
        "\U0001f600",
    ),
    *(
        (f"A17 {what} in a property", payload(f"{{ type: object, properties: {{ {name}: {{}} }} }}"), "bad-name", name)
        for what, name in (("a quote", "'a\"b'"), ("a backslash", r"'a\b'"), ("NUL", r'"a\0b"'), ("an end", r'"a\nb"'))
    ),
    ("A17 a contract called ../../x", WHOLE.replace("demo", "../../x"), "wrong-value", "../../x"),
    ("A17 a contract called __init__", WHOLE.replace("demo", "__init__"), "wrong-value", "__init__"),
    ("A17 a contract called CON", WHOLE.replace("demo", "CON"), "wrong-value", "CON"),
    ("A17 a contract called os", WHOLE.replace("demo", "os"), "generated-name-clash", "contract"),
    *(
        (f"A17 {name} as {what}", text.replace(old, name), "bad-name", name)
        for name in ("../../x", "__init__", "__proto__", r"a\b", "con.", "con/nul")
        for what, text, old in (
            ("a channel", WHOLE.replace("room:", "CHANNEL:"), "CHANNEL"),
            ("a schema", payload("{}", "SCHEMA: {}"), "SCHEMA"),
            ("an event", WHOLE.replace("note:", "EVENT:"), "EVENT"),
            ("an error", WHOLE + "errors: { ERROR: {} }\n", "ERROR"),
        )
    ),
]


def place_of(words: str, text: str | bytes) -> str:
    if isinstance(text, bytes) or not words:
        return "1:1"
    index = text.rindex(words)
    return f"{text.count(chr(10), 0, index) + 1}:{index - text.rfind(chr(10), 0, index)}"


@pytest.mark.parametrize(("text", "rule", "at"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_it_is_refused_where_it_stands_and_nothing_is_written(text: str | bytes, rule: str, at: str) -> None:
    told = generate(text)
    assert (rule, place_of(at, text)) in told.findings, told
    assert told.exit_code == 1
    assert told.written == frozenset()


def properties(text: str) -> tuple[str, ...]:
    (first, *_) = [each.node for each in contract(text).types if isinstance(each.node, ObjectType)]
    return tuple(each.name for each in first.properties)


def test_a1_both_places_of_a_key_are_named() -> None:
    (finding,) = load_bytes(b"a: 1\nb: 2\na: 3\n", "a.yaml", Path("a.yaml")).findings
    assert (finding.span.start.line, finding.related[0].span.start.line) == (3, 1)


@pytest.mark.parametrize("name", ["on", "no", "null", "1", "1.0", "2026-01-01", "010", "true", "Off"])
def test_a2_a_name_is_what_was_written(name: str) -> None:
    assert properties(payload(f"{{ type: object, properties: {{ {name}: {{}} }} }}")) == (name,)
    if name.isalpha():
        made = contract(WHOLE.replace("note:", f"{name.lower()}:").replace("from: client", "from: server"))
        assert [each.name for each in made.channels[0].events] == [name.lower()]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["without BOM", "with BOM"])
def test_a8_line_ends_and_a_byte_order_mark_change_nothing(ends: str, mark: str) -> None:
    Path("demo.yaml").write_bytes((mark + WHOLE.replace("\n", ends)).encode())
    assert api.load_contract("demo.yaml").hash == contract(WHOLE).hash


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "schema",
    [
        r'{ type: "\e[2J\u202e" }',
        r'{ $ref: "\e[2J\u202e.yaml#/a" }',
        r'{ "\e[2J\u202e": 1 }',
        "{ type: string, typo: '\u202e' }",
    ],
)
def test_a8_what_a_contract_says_can_not_command_a_terminal(schema: str, form: str) -> None:
    Path("demo.yaml").write_text(payload(schema), encoding="utf-8")
    done = CliRunner().invoke(main, ["generate", "demo.yaml", "--out", "out", "--format", form])
    assert done.exit_code == 1
    assert done.stdout.replace("\n", "").isprintable()


def test_a9_nothing_of_a_contract_reaches_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for where in ("http://localhost:1/a.yaml", "https://localhost:1/a.yaml", "ftp://localhost/a", "//localhost/a.yaml"):
        assert generate(payload(f"{{ $ref: '{where}#/schemas/A' }}")).rules == {"unresolved-ref"}


@pytest.mark.parametrize("link", ["file", "folder"])
def test_a9_links_do_not_lead_out_of_the_folder(link: str) -> None:
    outside = Path("outside")
    outside.mkdir()
    (outside / "other.yaml").write_text("schemas: { Secret: { type: string } }\n", encoding="utf-8")
    inside = Path("inside")
    inside.mkdir()
    if link == "file":
        (inside / "other.yaml").symlink_to(Path("../outside/other.yaml"))
        reference = "./other.yaml"
    else:
        (inside / "folder").symlink_to(Path("../outside"))
        reference = "./folder/other.yaml"
    spec = inside / "demo.yaml"
    spec.write_text(payload(f"{{ $ref: '{reference}#/schemas/Secret' }}"), encoding="utf-8")
    resolved = api.resolve(api.load(spec))
    assert [each.rule for each in resolved.findings] == ["unresolved-ref"]


def test_a10_a_schema_may_hold_itself() -> None:
    told = generate(
        payload(
            "{ $ref: '#/schemas/Tree' }", "Tree:\n  type: object\n  properties: { down: { $ref: '#/schemas/Tree' } }"
        )
    )
    assert (told.exit_code, told.findings) == (0, ())


def test_a11_references_are_read_as_the_standard_says() -> None:
    schemas = (
        "Odd:\n  type: object\n  properties:\n"
        "    __proto__: { const: 1 }\n    a/b: { const: 2 }\n    m~n: { const: 3 }\n    50%: { const: 4 }\n"
    )
    for pointer, value in {"__proto__": 1, "a~1b": 2, "m~0n": 3, "50%25": 4}.items():
        made = contract(payload(f"{{ $ref: '#/schemas/Odd/properties/{pointer}' }}", schemas))
        (node,) = [each.node for each in made.types if each.name == "RoomNotePayload"]
        assert isinstance(node, LiteralType)
        assert node.values == (value,)
