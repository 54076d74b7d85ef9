"""Many families of schemas as one contract: a contract costs a compilation and a bundle, a schema nearly nothing."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agreement.material import Schema

from rtgen import api
from rtgen.source.finding import Severity
from rtgen.source.span import file_start

_HEAD = ("rtgen: 1", "contract: agreement", "version: 1.0.0", "schemas:")
_TAIL = ("channels:", "  one: { address: one, events: { told: { from: server } } }")


@dataclass(frozen=True, slots=True)
class Compiled:
    """The families that the compiler took, by their number among those given, and what it said of the others."""

    contract: api.Contract | None
    accepted: frozenset[int]
    refused: Counter[str]
    """How many families each rule refused."""


def compiled(folder: Path, families: list[Mapping[str, Schema]]) -> Compiled:
    """The contract of the families that the compiler takes; none when it takes none."""
    spec = folder / "contract.yaml"
    left = set(range(len(families)))
    refused: Counter[str] = Counter()
    while left:
        owners = [(index, name) for index in sorted(left) for name in families[index]]
        lines = [
            f"  {named(name, index)}: {json.dumps(placed(families[index][name], index))}" for index, name in owners
        ]
        spec.write_text("\n".join([*_HEAD, *lines, *_TAIL]) + "\n", encoding="utf-8")
        resolved = api.resolve(api.load(spec), folder)
        if resolved.contract is not None:
            return Compiled(resolved.contract, frozenset(left), refused)
        bad: dict[int, str] = {}
        for finding in resolved.findings:
            if finding.severity is Severity.ERROR:
                bad.setdefault(owners[finding.span.start.line - len(_HEAD) - 1][0], finding.rule)
        refused.update(bad.values())
        left -= bad.keys()
    return Compiled(None, frozenset(), refused)


def named(name: str, index: int) -> str:
    """What a family's schema is called in the contract. The `X` keeps names of parts from running into numbers."""
    return f"{name}{index}X"


def placed(node: Any, index: int | None = None, *, schemas: str = "schemas") -> Any:
    """A schema with its references and anchors as they are among many families; or, without `index`, alone."""
    if isinstance(node, list):
        return [placed(each, index, schemas=schemas) for each in node]
    if not isinstance(node, dict):
        return node
    made = {name: placed(each, index, schemas=schemas) for name, each in node.items()}
    target = node.get("$ref")
    if isinstance(target, str) and target.startswith("#/schemas/"):
        name, slash, rest = target.removeprefix("#/schemas/").partition("/")
        made["$ref"] = f"#/{schemas}/{name if index is None else named(name, index)}{slash}{rest}"
    elif isinstance(target, str) and index is not None:
        made["$ref"] = f"{target}-{index}"
    if isinstance(node.get("$anchor"), str) and index is not None:
        made["$anchor"] = f"{node['$anchor']}-{index}"
    return made


def written(folder: Path, contract: api.Contract, package: str) -> None:
    """Generate the Python and the TypeScript of a contract into a folder, as packages of this name.

    Packages of several rounds live in one process, so each has a name of its own.
    """
    places = [api.Place(target, target, {}, file_start("agreement"), {}) for target in ("python", "typescript")]
    generated, findings = api.generate([contract], places)
    if findings:
        raise RuntimeError("; ".join(f"{each.rule}: {each.message}" for each in findings))
    for made in generated:
        for file in made.files:
            path = str(file.path).replace("agreement/", f"{package}/", 1)
            place = folder / str(made.out) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(file.text, encoding="utf-8")


def words_in(schemas: Iterable[Schema]) -> Counter[str]:
    """In how many of the schemas each word stands, however often it does."""
    found: Counter[str] = Counter()
    for schema in schemas:
        found.update(set(_words(schema)))
    return found


_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
_SCHEMAS = frozenset({"items", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else"})
_LISTS = frozenset({"prefixItems", "allOf", "anyOf", "oneOf"})


def _words(schema: Any) -> Iterable[str]:
    """Every word of a schema and of those inside of it; names of properties are no words."""
    for word, value in schema.items() if isinstance(schema, dict) else ():
        yield word
        if word in _NAMED:
            inside = list(value.values())
        else:
            inside = [value] if word in _SCHEMAS else value if word in _LISTS else []
        for each in inside:
            yield from _words(each)
        if word == "format":
            yield f"format: {value}"
