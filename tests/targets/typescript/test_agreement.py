"""The generated checks of both languages judge alike: the same verdict, and the same issues in the same order."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rtgen import api
from rtgen.contract.model import Contract
from rtgen.schema.types import (
    AnyType,
    ArrayType,
    BooleanType,
    Json,
    LiteralType,
    MapType,
    NullType,
    NumberType,
    ObjectType,
    RefinedType,
    RefType,
    StringType,
    TypeNode,
    UnionType,
)
from rtgen.source.span import file_start

ROOT = Path(__file__).parents[3]
ESBUILD = ROOT / "tests/web/node_modules/.bin/esbuild"
PEOPLE = ROOT / "tests/golden/generated_people/contract.yaml"
CONTRACTS = (Path(__file__).parent / "contracts/everything.yaml", ROOT / "specs/chat.yaml", PEOPLE)
A_TYPE = 120

JUNK: list[Json] = json.loads("""[
    null, true, false, 0, 1, -1, 1.0, 1.5, 5, 10, 9007199254740991, 9007199254740992, 0.01, 1e300, -0.0,
    "", "a", "abc", "abcd", "abcde", "😀", "😀😀😀😀", "red", "circle", "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
    "2026-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "P1D", "a@b.c", "1.2.3.4", "::1", "http://a/", "/a", "[",
    [], [1], ["a", "a"], [1, 1.0], [[1], [-1]], [null], {}, {"a": 1}, {"kind": "circle"}, {"toString": 1}
]""")
TEXTS = tuple(each for each in JUNK if isinstance(each, str))


class Sampler:
    """Values of a contract's types, mostly near the mark."""

    def __init__(self, contract: Contract) -> None:
        self.types = contract.types_by_name
        self.dice = random.Random(7)  # noqa: S311  # a test's samples are no secret

    def value(self, node: TypeNode, depth: int = 0) -> Json:  # noqa: PLR0912  # one arm a node
        if self.dice.random() < 0.12:
            return self.dice.choice(JUNK)
        match node:
            case AnyType():
                return self.dice.choice(JUNK)
            case NullType():
                return None
            case BooleanType():
                return self.dice.random() < 0.5
            case NumberType():
                edges = [node.minimum, node.maximum, node.exclusive_minimum, node.exclusive_maximum, node.multiple_of]
                near = [float(each) + step for each in edges if each is not None for step in (-1, 0, 1)]
                return self.dice.choice(
                    [*(int(each) if each.is_integer() else each for each in near), 0, 3, 0.01, 1e15]
                )
            case StringType(format=None) if node.pattern is None:
                return self.dice.choice("aé😀") * self.dice.randint(0, min((node.max_length or 4) + 1, 70))
            case StringType():
                return self.dice.choice(TEXTS)
            case LiteralType(values):
                return self.dice.choice(values)
            case ArrayType(items=items):
                return [self.value(items, depth + 1) for _ in range(self.dice.randint(0, 0 if depth > 4 else 4))]
            case MapType(values=inner):
                names = self.dice.sample(["a", "b/c", "d~e", "__proto__", "toString"], self.dice.randint(0, 3))
                return {name: self.value(inner, depth + 1) for name in names}
            case ObjectType():
                return dict(self.members(node, depth))
            case UnionType(members):
                return self.value(self.dice.choice(members), depth)
            case RefType(name):
                return self.value(self.types[name].node, depth) if depth < 8 else None
            case RefinedType(base=base):
                return self.value(base, depth + 1)

    def members(self, node: ObjectType, depth: int) -> Iterator[tuple[str, Json]]:
        for each in node.properties:
            if self.dice.random() < (0.93 if each.required else 0.5):
                yield each.name, self.value(each.type, depth + 1)
        if self.dice.random() < 0.2:
            yield self.dice.choice(["more", "valueOf"]), self.value(node.extra or AnyType(), depth + 1)


def generated(contract: Contract, folder: Path) -> None:
    places = [api.Place(target, target, {}, file_start("test"), {}) for target in ("python", "typescript")]
    made, findings = api.generate([contract], places)
    assert findings == ()
    for each in made:
        for file in each.files:
            path = folder / each.out / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8")


PYTHON = """
import importlib, json, sys
from pathlib import Path
validators = importlib.import_module(sys.argv[1] + ".validators").VALIDATORS
cases = [json.loads(line) for line in Path(sys.argv[2]).read_text().splitlines()]
said = [[[i.pointer, i.code] for i in validators[name](text.encode())] for name, text in cases]
print(json.dumps({"names": sorted(validators), "said": said}))
"""
TYPESCRIPT = """
import { readFileSync } from "node:fs";
import { validators } from "./NAME/validators.js";
const cases = readFileSync(process.argv[2], "utf8").trim().split("\\n").map((line) => JSON.parse(line));
const said = cases.map(([name, text]) => validators[name](JSON.parse(text), "all").map((i) => [i.pointer, i.code]));
console.log(JSON.stringify({ names: Object.keys(validators).sort(), said }));
"""


@dataclass(frozen=True, slots=True)
class Said:
    """Which validators there are, and per case the pointer and code of each issue."""

    names: list[str]
    said: list[list[list[str]]]


def said_by(*command: str | Path, cwd: Path) -> Said:
    done = subprocess.run([str(each) for each in command], check=False, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return Said(**json.loads(done.stdout))


def comparable(name: str, issues: list[list[str]]) -> list[list[str]]:
    """What must be equal: everything, in its order, but for two freedoms.

    One end goes on judging a value by its bounds after its type was wrong; and the members of a map have no order.
    """
    wrong_types = {pointer for pointer, code in issues if code == "type"}
    kept = [each for each in issues if each[1] == "type" or each[0] not in wrong_types]
    return sorted(kept) if name in {"Maps", "Extra"} else kept


@pytest.mark.parametrize("spec", CONTRACTS, ids=lambda each: each.stem)
def test_both_ends_say_the_same(spec: Path, tmp_path: Path) -> None:
    contract = api.load_contract(spec)
    generated(contract, tmp_path)
    sampler = Sampler(contract)
    cases = [
        (each.name, json.dumps(sampler.value(each.node), ensure_ascii=True))
        for each in contract.types
        for _ in range(A_TYPE)
    ]
    corpus = tmp_path / "cases.jsonl"
    corpus.write_text("\n".join(json.dumps(each) for each in cases), encoding="utf-8")
    entry = tmp_path / "typescript" / "run.ts"
    entry.write_text(TYPESCRIPT.replace("NAME", contract.name), encoding="utf-8")
    bundle = tmp_path / "run.mjs"
    subprocess.run(
        [ESBUILD, entry, "--bundle", "--platform=node", "--format=esm", f"--outfile={bundle}", "--log-level=error"],
        check=True,
    )
    package = contract.name.replace("-", "_")
    python = said_by(sys.executable, "-c", PYTHON, package, corpus, cwd=tmp_path / "python")
    typescript = said_by(shutil.which("node") or "node", bundle, corpus, cwd=tmp_path)
    assert typescript.names == [name for name in python.names if name in contract.types_by_name]
    differing = [
        f"{name} {text}\n  python     {one}\n  typescript {other}"
        for (name, text), one, other in zip(cases, python.said, typescript.said, strict=True)
        if comparable(name, one) != comparable(name, other)
    ]
    assert not differing, f"{len(differing)} of {len(cases)}\n" + "\n".join(differing[:12])
    refused = sum(bool(each) for each in python.said)
    assert 0.1 < refused / len(cases) < 0.9, "the samples should hold both kinds"
