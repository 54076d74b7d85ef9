"""Group A, what costs time or memory: refused by a budget, or done in time that grows as the file does.

A test here that takes minutes is killed by the suite's own limit; none asserts a time.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_contracts import generate
from small_contracts import HEAD, with_payload

from rtgen import api
from rtgen.source.loader import MAX_BYTES

ROOM = HEAD + "channels:\n  room:\n    address: room\n    events:\n"
EVENT = "      e{0}: {{ description: Event {0}., from: server, payload: {{ type: string }} }}\n"
MEBIBYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def deep(opening: str, closing: str, levels: int = 5000) -> str:
    return with_payload(opening * levels + "{ type: string }" + closing * levels)


BOMB = (
    "rtgen: 1\ncontract: demo\nversion: 1.0.0\nremoved:\n  - &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"  - &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
    + "channels: {}\n"
)

REFUSED = [
    ("A3 a bomb of anchors", BOMB, "yaml-too-large"),
    ("A3 a bomb of anchors in objects", BOMB.replace("[x, x", "[{ a: x }, x"), "yaml-too-large"),
    ("A5 deep lists", deep("{ anyOf: [", "] }"), "yaml-too-deep"),
    ("A5 deep objects", deep("{ items: ", " }"), "yaml-too-deep"),
    ("A5 deep blocks", ROOM + "".join(" " * n + "a:\n" for n in range(6, 2000)), "yaml-too-deep"),
    ("A5 deep and never closed", with_payload("[" * 5000), "yaml-too-deep"),
    ("A5 a pattern of groups", with_payload(f"{{ type: string, pattern: '{'(' * 5000}a{')' * 5000}' }}"), "pattern"),
    ("A8 50 MB", HEAD + "#" * 50 * MEBIBYTE, "unreadable-file"),
    ("A8 a key of a megabyte", HEAD + "k" * MEBIBYTE + ": 1\n", "yaml-syntax"),
    ("A8 a number of a megabyte", with_payload(f"{{ const: {'9' * MEBIBYTE} }}"), "yaml-number"),
    ("A8 a name of a megabyte", with_payload("{}", f"? {'N' * MEBIBYTE}\n: {{}}"), "bad-name"),
]


@pytest.mark.parametrize(("text", "rule"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_it_is_refused_and_nothing_is_written(text: str, rule: str) -> None:
    told = generate(text)
    assert rule in told.rules, told.findings
    assert told.exit_code == 1
    assert told.written == frozenset()
    assert sum(map(len, told.messages)) < 10_000


def within(mebibytes: int, text: str) -> subprocess.CompletedProcess[str]:
    """`rtgen check` of a text in a process that may not have more memory."""
    Path("demo.yaml").write_text(text, encoding="utf-8")
    limit = mebibytes * MEBIBYTE
    return subprocess.run(
        [sys.executable, "-m", "rtgen", "check", "demo.yaml", "--format", "json"],
        check=False,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)),
    )


@pytest.mark.parametrize(
    "text",
    [BOMB, deep("{ anyOf: [", "] }"), HEAD + "#" * (MAX_BYTES - len(HEAD)), HEAD + "#" * 50 * MEBIBYTE],
    ids=["A3 a bomb of anchors", "A5 deep lists", "A8 4 MiB", "A8 50 MB"],
)
def test_it_is_refused_within_bounded_memory(text: str) -> None:
    done = within(300, text)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["findings"]


def test_a18_ten_thousand_events_are_read() -> None:
    Path("demo.yaml").write_text(ROOM + "".join(EVENT.format(n) for n in range(10_000)), encoding="utf-8")
    made = api.load_contract("demo.yaml")
    assert sum(len(channel.events) for channel in made.channels) == 10_000
    assert all(each.severity is not api.Severity.ERROR for each in api.check(made))


def test_a18_a_thousand_events_and_ten_thousand_values_are_generated() -> None:
    values = ", ".join(f"v{n}" for n in range(10_000))
    big = f"      big: {{ description: Big., from: client, payload: {{ enum: [{values}] }} }}\n"
    told = generate(ROOM + "".join(EVENT.format(n) for n in range(1_000)) + big)
    assert (told.exit_code, told.findings) == (0, ())
    for path in Path("out/demo/python").rglob("*.py"):
        compile(path.read_bytes(), str(path), "exec")
    assert '"v9999"' in Path("out/demo/typescript/demo/types.ts").read_text("utf-8")


def test_a18_a_union_of_two_hundred() -> None:
    members = "\n".join(
        f"M{n}: {{ type: object, required: [kind], properties: {{ kind: {{ const: k{n} }} }} }}" for n in range(200)
    )
    union = ", ".join(f"{{ $ref: '#/schemas/M{n}' }}" for n in range(200))
    told = generate(with_payload(f"{{ oneOf: [{union}] }}", members))
    assert (told.exit_code, told.findings) == (0, ())


def test_a19_choices_that_multiply_end_in_bounded_time() -> None:
    """Each level chooses twice among the level below: 2⁵⁰ ways to try, if one tried them all."""
    levels = "\n".join(
        f"L{n}: {{ anyOf: [{{ $ref: '#/schemas/L{n + 1}' }}, {{ $ref: '#/schemas/L{n + 1}' }}] }}" for n in range(50)
    )
    told = generate(with_payload("{ $ref: '#/schemas/L0' }", levels + "\nL50: { type: integer }"))
    assert told.exit_code in {0, 1}
    assert (told.exit_code == 0) == bool(told.written)


def test_a_hundred_mistakes_are_all_told() -> None:
    told = generate(ROOM + "".join(EVENT.format(n).replace("string", "sting") for n in range(100)))
    assert len(told.findings) == 100
    assert told.written == frozenset()
