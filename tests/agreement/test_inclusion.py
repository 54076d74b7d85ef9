"""Random schemas and versions of them with something less: what inclusion says, `jsonschema` does not contradict."""

import json
import os
from pathlib import Path
from random import Random
from typing import Any

from agreement.contracts import compiled, named, placed
from agreement.material import Schema
from agreement.reduce import smaller_schemas
from agreement.reference import CLASSES, Reference
from agreement.samples import Sample, drawn

from rtgen.schema.inclusion import Answer, Excluded, Included, Inclusion
from rtgen.schema.inclusion.accepting import Judge
from rtgen.schema.types import RefType

OURS = frozenset(CLASSES)
FAMILIES = 60
TEXTS = 12


def _changed(sample: Sample, dice: Random) -> dict[str, Schema]:
    """The schemas, with something less in the first one."""
    less = [each for each in smaller_schemas(sample.schemas["Root"]) if each]
    return {**sample.schemas, "Root": dice.choice(less)} if less else dict(sample.schemas)


def _reference(schemas: dict[str, Schema]) -> Reference:
    return Reference({name: placed(schema, schemas="$defs") for name, schema in schemas.items()})


def _texts(sample: Sample) -> list[str]:
    return [each.text for each in sample.texts if each.schema == "Root"]


ROUNDS = int(os.environ.get("ROUNDS", "1"))
"""One in `make test`; `make agreement` hunts longer for what is called safe and is not."""


def test_no_verdict_is_contradicted(tmp_path: Path) -> None:
    answers: list[Answer] = []
    for seed in range(ROUNDS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        answers += _round(seed, folder)
    assert sum(isinstance(each, Included) for each in answers) > ROUNDS * FAMILIES / 4
    assert sum(isinstance(each, Excluded) for each in answers) > ROUNDS * FAMILIES / 4


def _round(seed: int, folder: Path) -> list[Answer]:
    """What inclusion says of some families; nothing of it is contradicted."""
    dice = Random(9 + seed)  # noqa: S311  # repeatable, not secret
    samples = drawn(f"inclusion{seed or ''}", FAMILIES, TEXTS)
    changed = [_changed(each, dice) for each in samples]
    both = compiled(folder, [*(dict(each.schemas) for each in samples), *changed])
    assert both.contract is not None
    types = both.contract.types_by_name
    inclusion, judge = Inclusion(types, types), Judge(types)
    answers: list[Answer] = []
    for index, sample in enumerate(samples):
        if {index, index + len(samples)} <= both.accepted:
            ends = [(dict(sample.schemas), index), (changed[index], index + len(samples))]
            for (sent, sent_at), (read, read_at) in (ends, ends[::-1]):
                answer = inclusion.of(RefType(named("Root", sent_at)), RefType(named("Root", read_at)))
                _compare(answer, _reference(sent), _reference(read), _texts(sample))
                answers.append(answer)
            for text in _texts(sample):
                _same_verdict(judge, named("Root", index), _reference(dict(sample.schemas)), text)
    return answers


def _compare(answer: Answer, sent: Reference, read: Reference, texts: list[str]) -> None:
    match answer:
        case Included():
            for text in texts:
                if sent.accepts("Root", text, OURS) and _has_only_declared(text, sent.schemas["Root"]):
                    assert read.accepts("Root", text, OURS) is not False, text
        case Excluded():
            text = json.dumps(answer.value)
            assert sent.accepts("Root", text, OURS) is not False, text
            assert read.accepts("Root", text, OURS) is not True, text


def _has_only_declared(text: str, schema: Schema) -> bool:
    """Nothing undeclared is sent of an open object; who sends more all the same is not looked at here."""
    return not any(isinstance(each, dict) for each in _values(json.loads(text))) or "properties" not in json.dumps(
        schema
    )


def _values(value: Any) -> list[Any]:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(each for part in inside for each in _values(part))]


def _same_verdict(judge: Judge, name: str, reference: Reference, text: str) -> None:
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return
    verdict, theirs = judge.accepts(RefType(name), value), reference.accepts("Root", text, OURS)
    if (
        verdict is not None
        and theirs is not None
        and reference.accepts("Root", text, OURS) == reference.accepts("Root", text)
    ):
        assert verdict == theirs, text


def _refuse(name: str) -> None:
    raise ValueError(name)
