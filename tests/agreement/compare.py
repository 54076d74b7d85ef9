"""Both ends judge the same texts by the same contract; whatever they judge differently is a disagreement.

    python -m agreement.compare --schemas 2000 --values 100 --seed 1

Each round is one generated contract: its Python validators are imported, its TypeScript validators run in Node, and
verdict, code and first pointer are compared for every text. Exit code 0 when there was no disagreement.
"""

import argparse
import importlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from agreement.schemas import Schema, SchemaMaker
from agreement.values import ValueMaker

from rtgen import api
from rtgen.source.finding import Severity
from rtgen.source.span import file_start

WEB = Path(__file__).resolve().parents[1] / "web"
PER_ROUND = 100

RUNNER = """
import { createInterface } from "node:readline";
import { validateText } from "./validators.js";
for await (const line of createInterface({ input: process.stdin })) {
  const [name, text] = JSON.parse(line);
  const [first] = validateText(name, text);
  process.stdout.write(JSON.stringify(first === undefined ? null : [first.code, first.pointer]) + "\\n");
}
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One text for one schema."""

    name: str
    text: str


@dataclass(slots=True)
class Result:
    """What a run has seen so far."""

    cases: int = 0
    valid: int = 0
    schemas: int = 0
    refused: int = 0
    keywords: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)


def compare(schemas: int, values: int, seed: int, most: int = 20) -> Result:
    """Run rounds until `schemas` schemas were judged with `values` texts each, or `most` disagreements are found."""
    result = Result()
    number = 0
    while result.schemas < schemas and len(result.disagreements) < most:
        with tempfile.TemporaryDirectory() as folder:
            random = Random(f"{seed}/{number}")  # noqa: S311  # repeatable, not secret
            _round(Path(folder), random, min(PER_ROUND, schemas - result.schemas), values, result)
        number += 1
    return result


def _round(folder: Path, random: Random, size: int, values: int, result: Result) -> None:
    maker = SchemaMaker(random)
    for index in range(size):
        maker.named[f"S{index}"] = maker.schema()
    named = dict(maker.named)
    contract = _accepted(folder, named, result)
    result.keywords.update(maker.count)
    result.schemas += size
    package = f"agreement_{random.randrange(10**12)}"
    _generate(folder, contract, package)
    cases = list(_cases(random, named, values))
    ours = _python(folder, package, cases)
    theirs = _typescript(folder, package, cases)
    for case, here, there in zip(cases, ours, theirs, strict=True):
        result.cases += 1
        result.valid += here is None
        if here != there:
            schema = json.dumps(named[case.name], ensure_ascii=True)
            result.disagreements.append(f"{schema}\n  {case.text}\n  Python {here}, TypeScript {there}")


def _accepted(folder: Path, named: dict[str, Schema], result: Result) -> api.Contract:
    """The contract of the schemas that the compiler takes; the others (impossible ranges and the like) are dropped."""
    spec = folder / "contract.yaml"
    while True:
        lines = [f"  {name}: {json.dumps(schema)}" for name, schema in named.items()]
        head = ["rtgen: 1", "contract: agreement", "version: 1.0.0", "schemas:"]
        tail = ["channels:", "  one: { address: one, events: { told: { from: server } } }"]
        spec.write_text("\n".join([*head, *lines, *tail]) + "\n", encoding="utf-8")
        resolved = api.resolve(api.load(spec), folder)
        if resolved.contract is not None:
            return resolved.contract
        names = list(named)
        bad = {
            names[finding.span.start.line - len(head) - 1]
            for finding in resolved.findings
            if finding.severity is Severity.ERROR
        }
        result.refused += len(bad)
        for name in bad:
            del named[name]
        _drop_users(named)


def _drop_users(named: dict[str, Schema]) -> None:
    """Drop schemas that refer to one that is gone, until none does."""
    while gone := [name for name, schema in named.items() if _references(schema) - named.keys()]:
        for name in gone:
            del named[name]


def _references(schema: Any) -> set[str]:
    if isinstance(schema, dict):
        own = {schema["$ref"].rpartition("/")[2]} if isinstance(schema.get("$ref"), str) else set()
        return own.union(*map(_references, schema.values()))
    if isinstance(schema, list):
        return set().union(*map(_references, schema))
    return set()


def _generate(folder: Path, contract: api.Contract, package: str) -> None:
    places = [api.Place(target, target, {}, file_start("agreement"), {}) for target in ("python", "typescript")]
    generated, findings = api.generate([contract], places)
    if findings:
        raise RuntimeError("; ".join(f"{each.rule}: {each.message}" for each in findings))
    for made in generated:
        for file in made.files:
            # Packages of several rounds live in one process, so each has a name of its own.
            path = str(file.path).replace("agreement/", f"{package}/", 1)
            place = folder / str(made.out) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(file.text, encoding="utf-8")


def _cases(random: Random, named: Mapping[str, Schema], values: int) -> Iterable[Case]:
    maker = ValueMaker(random, dict(named))
    for name, schema in named.items():
        for number in range(values):
            share = number % 10
            value = maker.valid(schema) if share < 5 else maker.near(schema) if share < 9 else maker.any_()
            text = maker.spelt(value)
            yield Case(name, maker.odd(text) if number % 20 == 19 else text)


def _python(folder: Path, package: str, cases: Iterable[Case]) -> list[list[str] | None]:
    sys.path.insert(0, str(folder / "python"))
    try:
        validators = importlib.import_module(f"{package}.validators").VALIDATORS
    finally:
        sys.path.pop(0)
    verdicts: list[list[str] | None] = []
    for case in cases:
        try:
            issues = validators[case.name](case.text.encode())
        except Exception as error:  # a validator that raises is a disagreement, told like the others
            verdicts.append(["raised", repr(error)])
            continue
        verdicts.append([issues[0].code, issues[0].pointer] if issues else None)
    for name in [each for each in sys.modules if each.split(".")[0] == package]:
        del sys.modules[name]
    return verdicts


def _typescript(folder: Path, package: str, cases: Iterable[Case]) -> list[list[str] | None]:
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("node is not on the PATH")
    source = folder / "typescript" / package / "runner.ts"
    source.write_text(RUNNER, encoding="utf-8")
    bundle = folder / "runner.mjs"
    esbuild = WEB / "node_modules" / ".bin" / "esbuild"
    subprocess.run(
        [esbuild, source, "--bundle", "--format=esm", "--platform=node", "--log-level=warning", f"--outfile={bundle}"],
        check=True,
    )
    lines = "".join(json.dumps([case.name, case.text]) + "\n" for case in cases)
    done = subprocess.run([node, bundle], input=lines, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main() -> int:
    """Print what was seen; the exit code says whether both ends agreed."""
    parser = argparse.ArgumentParser(description="Do both ends judge alike?")
    parser.add_argument("--schemas", type=int, default=2000)
    parser.add_argument("--values", type=int, default=100, help="texts a schema")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    result = compare(options.schemas, options.values, options.seed)
    share = 100 * result.valid / max(result.cases, 1)
    print(f"{result.cases} texts for {result.schemas} schemas (seed {options.seed}): {share:.0f} % valid")
    print(f"{result.refused} schemas were refused by the compiler")
    print(", ".join(f"{keyword} {count}" for keyword, count in result.keywords.most_common()))
    print(f"{len(result.disagreements)} disagreements")
    for each in result.disagreements:
        print(each)
    return 1 if result.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
