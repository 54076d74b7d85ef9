"""Group B: what a contract says becomes strings and comments, and nothing else.

| id | here |
| --- | --- |
| B1, B2, B3, B4, B7 | the twin tests: hostile and harmless words give one syntax tree |
| B2 | a tag has no place in the language; address, contract name and version hold no hostile character (group A) |
| B5, B6, B10 | what is written where: `test_output_folder.py` |
| B7 | user templates: not applicable yet, there are none |
| B8 | documentation in HTML and Markdown: not applicable yet, no target makes it |
| B9 | Docker, compose, CI and Makefiles: not applicable yet, no target makes them |
"""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tokenize import COMMENT, tokenize
from typing import Any
from unicodedata import category

import pytest
from generated_chat import imported
from hostile_words import HOSTILE, NAMES, texts, yaml_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_contracts import read, with_payload

from rtgen import api
from rtgen.files import FileKind
from rtgen.source.span import file_start

TARGETS = ("python", "typescript", "react", "vue", "angular")
FOR_NODE = {"typescript": {"extension": ".js"}}
"""The compiler alone makes the modules that Node reads."""
PLACES = [api.Place(target, target, FOR_NODE.get(target, {}), file_start("test"), {}) for target in TARGETS]
WEB = Path(__file__).parent.parent / "web"
SLOTS = 22

TEMPLATE = """
rtgen: 1
contract: twin
version: 1.0.0
title: {0}
description: {1}
schemas:
  Word:
    title: {2}
    description: {3}
    type: object
    required: [kind, text]
    properties:
      kind: {{ description: {4}, const: {5} }}
      other: {{ enum: [{6}, {7}, 1, null] }}
      open: {{ anyOf: [{{ enum: [{6}, {7}] }}, {{ type: string }}] }}
      text: {{ title: {8}, description: {9}, type: string, default: {10}, examples: [{11}], $comment: {12} }}
      shape: {{ type: string, pattern: {13} }}
  Pet: {{ description: {14}, oneOf: [{{ $ref: '#/schemas/Word' }}, {{ type: 'null' }}] }}
errors:
  muted: {{ description: {15}, data: {{ $ref: '#/schemas/Word' }} }}
channels:
  room:
    title: {16}
    description: {17}
    address: rooms/{{id}}
    parameters: {{ id: {{ type: string, description: {18} }} }}
    deprecated: {{ use: {19} }}
    events:
      say:
        title: {20}
        description: {21}
        from: client
        payload: {{ $ref: '#/schemas/Word' }}
        reply: {{ $ref: '#/schemas/Pet' }}
        errors: [muted]
      wave: {{ description: {21}, from: client, relay: true, payload: {{ $ref: '#/schemas/Word' }} }}
      said: {{ description: {20}, from: server, payload: {{ $ref: '#/schemas/Word' }} }}
"""
PATTERN_SLOT = 13
_PATTERN_SIGNS = re.compile(r"[$()*+.?\[\]^{|}/\\]")
DISTINCT = {6: "one", 7: "two"}  # the values of one enum must differ


def fill(words: list[str]) -> str:
    made = []
    for slot in range(SLOTS):
        text = words[slot % len(words)]
        if slot == PATTERN_SLOT:
            text = "^" + _PATTERN_SIGNS.sub(r"\\\g<0>", text[:40]) + "$"
        made.append(yaml_string(text + DISTINCT.get(slot, "")))
    return TEMPLATE.format(*made)


@dataclass(frozen=True, slots=True)
class Made:
    python: dict[str, str]
    typescript: dict[str, str]


def make(text: str) -> Made:
    resolved = read(text)
    assert resolved.contract is not None, resolved.findings
    generated, findings = api.generate([resolved.contract], PLACES)
    assert findings == ()
    files = {f"{each.out}/{file.path}": file for each in generated for file in each.files}
    own = {path: file.text for path, file in files.items() if file.kind is not FileKind.RUNTIME}
    assert not any(path.endswith((".tsx", ".jsx")) for path in own)
    return Made(
        {path: each for path, each in own.items() if path.endswith(".py")},
        {path: each for path, each in own.items() if path.endswith(".ts")},
    )


class _Wordless(ast.NodeTransformer):
    """Takes out of a tree what may differ: the text of strings, and docstrings as a whole."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) else ast.Expr(self.visit(node.value))


def python_shape(path: str, text: str) -> str:
    """The tree that Python reads from a file's bytes; a coding cookie would count there."""
    data = text.encode()
    compile(data, path, "exec")
    comments = [each.string for each in tokenize(BytesIO(data).readline) if each.type == COMMENT]
    # Comments are ours, or a contract's words would be there for tools to obey.
    return f"{ast.dump(_Wordless().visit(ast.parse(data)))} and {comments}"


class TypeScript:
    """The compiler's parser, in one process for many texts."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def shapes(self, files: dict[str, str]) -> dict[str, str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(files) + "\n")
        self._process.stdin.flush()
        shapes: dict[str, str] = json.loads(self._process.stdout.readline())
        return shapes


@pytest.fixture(scope="module")
def typescript() -> Iterator[TypeScript]:
    program = [
        "node",
        str(Path(__file__).with_name("typescript_shape.mjs")),
        str(WEB / "node_modules" / "typescript" / "package.json"),
    ]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield TypeScript(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == 0


def shapes(made: Made, typescript: TypeScript) -> dict[str, str]:
    python = {path: python_shape(path, text) for path, text in made.python.items()}
    return {**python, **typescript.shapes(made.typescript)}


class Twin:
    """What harmless words become, to compare with."""

    def __init__(self, typescript: TypeScript, expected: dict[str, str]) -> None:
        self.typescript = typescript
        self.expected = expected

    def check(self, words: list[str]) -> None:
        made = make(fill(words))
        for path, text in {**made.python, **made.typescript}.items():
            odd = {char for char in text if category(char) in {"Cc", "Cf", "Cs", "Co"} and char != "\n"}
            assert not odd, f"{path} holds {odd}"  # B4: nothing invisible
        found = shapes(made, self.typescript)
        assert found.keys() == self.expected.keys()
        for path, shape in found.items():
            assert shape == self.expected[path], path


@pytest.fixture(scope="module")
def twin(typescript: TypeScript) -> Twin:
    expected = shapes(make(fill(["word"])), typescript)
    assert len(expected) > 10
    assert not any(each.startswith("broken") for each in expected.values())
    return Twin(typescript, expected)


BATCHES = [list(HOSTILE[start : start + SLOTS]) for start in range(0, len(HOSTILE), SLOTS)]


@pytest.mark.parametrize("turn", range(0, SLOTS, 5))
@pytest.mark.parametrize("words", BATCHES, ids=lambda words: repr(words[0])[:20])
def test_twins_from_the_list(words: list[str], turn: int, twin: Twin) -> None:
    twin.check(words[turn:] + words[:turn])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(texts(), min_size=1, max_size=SLOTS))
def test_twins_at_random(words: list[str], twin: Twin) -> None:
    twin.check(words)


def object_with(name: str) -> str:
    return f"{{ type: object, required: [{name}], properties: {{ {name}: {{ type: string }} }} }}"


def usable(name: str) -> bool:
    """Whether a property may have this name; if not, that is said at the name, and nothing is made."""
    resolved = read(with_payload(object_with(yaml_string(name))))
    if resolved.contract is None:
        return False
    _, findings = api.generate([resolved.contract], PLACES)
    assert all(each.span.start.line > 1 for each in findings)
    return findings == ()


@dataclass(frozen=True, slots=True)
class Instance:
    type: str
    value: object
    pointer: str | None
    """Where it is wrong, if it is."""


def test_hostile_names_and_values_mean_themselves_at_both_ends(tmp_path: Path) -> None:
    """The output type-checks and runs: what is named oddly is read and written under the name in the contract."""
    names = [name for name in NAMES if usable(name)]
    assert {"constructor", "__proto__", "then", "toString", "__init__", "class", "../../x", "n" * 300} <= set(names)
    schemas = [f"P{index}: {object_with(yaml_string(name))}" for index, name in enumerate(names)]
    schemas.append(f"Values: {{ enum: [{', '.join(yaml_string(text) for text in HOSTILE)}] }}")
    instances = [
        *(Instance(f"P{index}", {name: "x"}, None) for index, name in enumerate(names)),
        *(Instance(f"P{index}", {name: 1}, "/" + escaped(name)) for index, name in enumerate(names)),
        *(Instance(f"P{index}", {}, "") for index in range(len(names))),
        *(Instance("Values", text, None) for text in HOSTILE),
        *(Instance("Values", text + "?", "") for text in HOSTILE),
    ]
    texts_of = [json.dumps(each.value) for each in instances]
    write(with_payload("{}", "\n".join(schemas)), tmp_path)
    type_checked(tmp_path / "python")
    validators = imported(tmp_path / "python", "demo").validators.VALIDATORS
    python = [
        first_pointer(validators[each.type](text.encode())) for each, text in zip(instances, texts_of, strict=True)
    ]
    assert python == [each.pointer for each in instances]
    questions = [[each.type, text] for each, text in zip(instances, texts_of, strict=True)]
    assert ask_typescript(tmp_path, questions) == python


def type_checked(folder: Path) -> None:
    program = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "-p", "demo"]
    done = subprocess.run(program, check=False, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def first_pointer(issues: Sequence[Any]) -> str | None:
    return issues[0].pointer if issues else None


def write(text: str, folder: Path) -> None:
    resolved = read(text)
    assert resolved.contract is not None, resolved.findings
    generated, findings = api.generate([resolved.contract], PLACES)
    assert findings == ()
    for each in generated:
        for file in each.files:
            place = folder / each.out / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(file.text, encoding="utf-8", newline="\n")


def ask_typescript(folder: Path, questions: list[list[str]]) -> list[str | None]:
    """Type-check and compile the core, then ask its validators."""
    compiler = {"noEmit": False, "outDir": "made", "rootDir": "typescript", "types": []}
    settings_file = {
        "extends": str(WEB / "tsconfig.base.json"),
        "compilerOptions": compiler,
        "include": ["typescript/**/*.ts"],
    }
    (folder / "tsconfig.json").write_text(json.dumps(settings_file), encoding="utf-8")
    (folder / "package.json").write_text('{ "type": "module" }', encoding="utf-8")
    tsc = WEB / "node_modules" / "typescript" / "bin" / "tsc"
    run = subprocess.run(["node", str(tsc), "-p", "."], check=False, cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    (folder / "ask.mjs").write_text(
        'import { readFileSync } from "node:fs";\n'
        'import { validators } from "./made/demo/validators.js";\n'
        "const ask = ([name, text]) => validators[name](JSON.parse(text))[0]?.pointer ?? null;\n"
        'console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(ask)));\n',
        encoding="utf-8",
    )
    done = subprocess.run(
        ["node", "ask.mjs"], check=True, cwd=folder, input=json.dumps(questions), capture_output=True, text=True
    )
    answers: list[str | None] = json.loads(done.stdout)
    return answers
