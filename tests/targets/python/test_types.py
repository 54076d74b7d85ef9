"""What a contract's types become in Python: for type checkers, and in what handlers are handed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from generated_chat import ROOT, generated, imported, write

HERE = Path(__file__).parent
PEOPLE = ROOT / "tests/golden/generated_people/contract.yaml"
RULES = ROOT / "tests/golden/generated_rules/contract.yaml"
KINDS = ROOT / "tests/golden/generated_kinds/contract.yaml"
MYPY = (sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-incremental")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    write(generated(PEOPLE), folder)
    shutil.copy(HERE / "people.py", folder / "consumer.py")
    shutil.copy(HERE / "old.py", folder / "old.py")
    return folder


def package(spec: Path, name: str, folder: Path) -> ModuleType:
    write(generated(spec), folder)
    imported(folder, name)
    return imported(folder, f"{name}.validators")


def test_mypy_sees_brands_and_names_every_use_of_the_old(people: Path) -> None:
    options = ("--enable-error-code=deprecated", "consumer.py", "old.py", "people/client.py", "people/app.py")
    done = subprocess.run([*MYPY, *options], check=False, cwd=people, capture_output=True, text=True)
    told = re.findall(r"^(\S+?):(\d+): error: (.*)$", done.stdout, re.MULTILINE)
    marked = [line for line, text in enumerate((HERE / "old.py").read_text().splitlines(), 1) if text.endswith("# old")]
    assert [(file, int(line)) for file, line, _ in told] == [("old.py", line) for line in marked], done.stdout
    assert all("is deprecated" in words for *_, words in told)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PERSON", '{"id":"a","name":"Ada"}'),
        ("MEMBER", '{"team":"t","name":"Ada","id":"a"}'),
        ("POINT", "[1.5,-2.5]"),
        ("ROW", '["a","b",true,null]'),
        ("ROW", '["a"]'),
        ("EITHER", '{"id":"a","other":[1]}'),
        ("HEADERS", '{"x-a":"b","c":1.5}'),
        ("CORNER", "[7,0]"),
        ("SETUP", '{"mode":{"fast":true,"a-b":[]},"size":1.5}'),
        ("THINGS_ALL_PAYLOAD", '{"points":[[1.5,2.5]],"corner":[0,7],"member":{"team":"t","name":"Ada","id":"a"}}'),
    ],
)
def test_a_value_keeps_its_rules_and_comes_back_as_it_was(
    name: str, text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "rules"
    schema = getattr(package(RULES, "rules", folder), name)
    value = schema.decode(text.encode())
    assert msgspec.json.decode(schema.encode(value)) == msgspec.json.decode(text)


def test_rules_leave_types_to_say(tmp_path: Path) -> None:
    write(generated(RULES), tmp_path)
    (tmp_path / "consumer.py").write_text(
        "from typing import Any, Literal, assert_type\n"
        "from rtgen_runtime.codegen_v1 import UnsetType\n"
        "from rules import Corner, Either, Headers, Member, Person, Point, Row, Setup\n"
        "def see(c: Corner, e: Either, h: Headers, m: Member, p: Person, q: Point, r: Row, s: Setup) -> None:\n"
        "    assert_type(c, tuple[Literal[0, 7], Literal[0, 7]])\n"
        "    assert_type(e, dict[str, Any])\n"
        "    assert_type(h, dict[str, str | float])\n"
        "    assert_type((m.id, m.name, m.team), tuple[str, str, str])\n"
        "    assert_type((p.id, p.name), tuple[str, str])\n"
        "    assert_type(q, tuple[float, float])\n"
        "    assert_type(r, list[str | bool | None])\n"
        "    assert_type(s['size'], float | dict[str, bool | list[Any]])\n",
        encoding="utf-8",
    )
    done = subprocess.run([*MYPY, "consumer.py"], check=False, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_an_open_enum_takes_known_values_that_break_the_bounds_of_the_others(tmp_path: Path) -> None:
    spec = tmp_path / "contract.yaml"
    spec.write_text(
        "rtgen: 1\ncontract: moods\nversion: 1.0.0\nchannels: { a: { address: a, events: {} } }\n"
        "schemas: { Mood: { anyOf: [{ enum: [overjoyed] }, { type: string, maxLength: 4 }] } }\n",
        encoding="utf-8",
    )
    schema = package(spec, "moods", tmp_path / "out").MOOD
    assert [schema.decode(text) for text in (b'"overjoyed"', b'"fine"')] == ["overjoyed", "fine"]
    assert [each.code for each in schema.issues(b'"tired"')] == ["anyOf"]


def test_what_holds_itself_is_typed_as_far_as_it_goes(tmp_path: Path) -> None:
    schema = package(KINDS, "kinds", tmp_path).NEST
    assert schema.decode(b"[[],[[]]]") == [[], [[]]]
    assert [each.pointer for each in schema.issues(b"[[],[[1]]]")] == ["/1/0/0"]


ODD = """
rtgen: 1
contract: odd
version: 1.0.0
schemas:
  Node:
    type: object
    required: [a]
    properties: { a: { type: string }, me: { allOf: [{ $ref: '#/schemas/Node' }, { required: [b] }] } }
  Other:
    type: object
    properties: { b: { type: string }, both: { allOf: [{ $ref: '#/schemas/Node' }, { $ref: '#/schemas/Other' }] } }
  Both: { allOf: [{ $ref: '#/schemas/Node' }, { $ref: '#/schemas/Other' }] }
  Twice: { type: array, prefixItems: [{ type: string }, { allOf: [{ $ref: '#/schemas/Twice' }, { minItems: 2 }] }] }
  More:
    type: object
    properties: { x: { type: string } }
    allOf: [{ properties: { y: { type: object } } }, { $ref: '#/schemas/Both' }]
  Either: { anyOf: [{ $ref: '#/schemas/Both' }, { type: string }] }
channels: { desk: { address: desk, events: { tell: { from: client, payload: { $ref: '#/schemas/More' } } } } }
"""


def test_members_that_lead_back_come_to_an_end_and_lose_nothing(tmp_path: Path) -> None:
    spec = tmp_path / "contract.yaml"
    spec.write_text(ODD, encoding="utf-8")
    validators = package(spec, "odd", tmp_path / "out")
    text = '{"a":"1","x":"q","y":{"z":"k"},"me":{"a":"2","b":1},"b":"s","both":{"a":"r","b":"c"}}'
    value = validators.MORE.decode(text.encode())
    assert (value.a, value.b, value.x, value.y) == ("1", "s", "q", {"z": "k"})
    assert msgspec.json.decode(validators.MORE.encode(value)) == msgspec.json.decode(text)
    assert type(validators.EITHER.decode(b'{"a":"1"}')).__name__ == "Both"
    assert validators.EITHER.decode(b'"text"') == "text"
    assert [each.pointer for each in validators.TWICE.issues(b'["a",["b",1]]')] == ["/1/1"]


TUPLES_AMONG_OTHERS = """\
rtgen: 1
contract: places
version: 1.0.0
schemas:
  Pair: { type: array, prefixItems: [{ type: integer }, { type: string }], items: false, minItems: 2 }
  Single: { type: array, prefixItems: [{ type: integer }], items: false, minItems: 1 }
  Shares: { anyOf: [{ type: number, minimum: 0.5 }, { $ref: '#/schemas/Single' }] }
  Named: { type: object, properties: { pair: { anyOf: [{ type: string, maxLength: 5 }, { $ref: '#/schemas/Pair' }] } } }
  Listed: { enum: [[0, 1], 1, [2, 3]] }
  Narrowed: { anyOf: [{ type: integer }, { $ref: '#/schemas/Pair', contains: { const: a } }] }
channels:
  one: { address: one, events: { told: { from: server } } }
"""


def test_tuples_among_bounded_values_do_not_crash_the_collector(tmp_path: Path) -> None:
    spec = tmp_path / "places.yaml"
    spec.write_text(TUPLES_AMONG_OTHERS, encoding="utf-8")
    write(generated(spec), tmp_path)
    program = (
        "import gc; from places.validators import VALIDATORS as V; gc.collect();"
        "print([not V[n](t) for n, t in (('Shares', b'[1]'), ('Shares', b'0.4'), ('Named', b'{\"pair\":[1,\"a\"]}'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "[True, False, True]\n"), done.stderr
