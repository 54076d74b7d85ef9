"""Samples, as hypothesis makes them: a family of schemas that refer to each other, and texts for them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from agreement.contracts import placed
from agreement.dice import Dice
from agreement.material import Schema
from agreement.reference import Reference
from agreement.schemas import SchemaMaker, reference
from agreement.texts import Editor, Speller
from agreement.values import ValueMaker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtgen.schema.keywords import ANNOTATIONS, KIND_OF, STRUCTURE

_OF_VERSIONS: Final = frozenset({"was", "earlier", "instead", "removed"})
"""What earlier versions called things, which no judge of one version looks at; tests/conversion draws them."""

WORDS: Final = tuple(sorted({*KIND_OF, *STRUCTURE, *ANNOTATIONS} - {"sensitive", "brand"} - _OF_VERSIONS))
"""Every word of JSON Schema that the language has."""

_RARE: Final = (
    *("dependentRequired", "dependentSchemas", "propertyNames", "patternProperties"),
    *("minContains", "maxContains", "then", "else", "examples"),
    *("format",) * 4,
)
"""Words that only few kinds of schemas hold, and the one that has many names to be seen with: wished for more often."""

_WISHES: Final = 7
_TRIES: Final = 4
_PATIENCE: Final = 100
"""References that are worth following to learn whether a value is valid: schemas that want far more are refused."""

_BYTES: Final = 32768
"""What one sample may use up; the few that want more are none."""


@dataclass(frozen=True, slots=True)
class Text:
    """One instance: a JSON text, or nearly one, for a schema of the family.

    `base` is the index of the text, in the same sample, that this one differs from by one edit.
    """

    schema: str
    text: str
    base: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """Schemas by name, `Root` and perhaps `Part`, and texts for them."""

    schemas: Mapping[str, Schema]
    texts: tuple[Text, ...]


@st.composite
def samples(draw: st.DrawFn, texts: int) -> Sample:
    """A family and so many texts for its schemas."""
    dice = Dice(draw)
    schemas = _family(dice)
    return Sample(schemas, tuple(_texts(dice, schemas, texts)))


def drawn(seed: str, count: int, texts: int) -> list[Sample]:
    """So many samples of hypothesis, the same ones for the same seed.

    hypothesis is fed with bytes from outside, since its own engine spends five in six examples on variants of what it
    has seen: good for hunting one fault, wasteful for covering a language.
    """
    found: list[Sample] = []

    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(samples(texts))
    def collect(sample: Sample) -> None:
        found.append(sample)

    feed = collect.hypothesis.fuzz_one_input  # type: ignore[attr-defined]  # set by the decorator
    for index in range(count):
        feed(Random(f"{seed}/{index}").randbytes(_BYTES))  # noqa: S311  # repeatable, not secret
    return found


def _family(dice: Dice) -> dict[str, Schema]:
    maker = SchemaMaker(dice, frozenset(dice.some((*WORDS, *_RARE), _WISHES)))
    made: dict[str, Schema] = {}
    if maker.want("$ref", 40):
        maker.targets.append(reference("Root"))
        made["Part"] = maker.schema(1)
        maker.targets += [reference("Part"), reference("Part")]
        maker.targets += [reference(f"Part/properties/{name}") for name in ("id", "name") if _has(made["Part"], name)]
    defs: Schema | None = None
    if maker.want("$defs", 5):
        defs = maker.schema(2)
        maker.targets += [reference("Root/$defs/part")] * 3
    root = maker.schema()
    if defs is not None:
        root["$defs"] = {"part": defs}
    return {"Root": root, **made}


def _has(schema: Schema, name: str) -> bool:
    return name in schema.get("properties", {})


def _texts(dice: Dice, schemas: Mapping[str, Schema], count: int) -> Iterator[Text]:
    maker = ValueMaker(dice, dict(_targets(schemas)))
    speller, editor = Speller(dice), Editor(dice, maker)
    reference = Reference({name: placed(schema, schemas="$defs") for name, schema in schemas.items()}, _PATIENCE)
    bases: list[tuple[int, str, Any]] = []
    for index in range(count):
        name = "Root" if len(schemas) == 1 or dice.chance(70) else "Part"
        share = dice.between(0, 99)
        if share < 38 and bases:
            place, name, value = dice.choice(bases)
            changed = editor.edited(value)
            yield Text(name, speller.spelt(changed), place if changed != value else None)
        elif share < 88:
            value = _likely(maker, reference, name)
            bases.append((index, name, value))
            yield Text(name, speller.spelt(value))
        else:
            value = maker.any_() if share < 91 else _likely(maker, reference, name)
            text = speller.spelt(value)
            yield Text(name, text if share < 91 else speller.odd(text))


def _likely(maker: ValueMaker, reference: Reference, name: str) -> Any:
    """A value that is most likely valid: the reference is asked about a few. What counts, the judges say later."""
    for _ in range(_TRIES):
        value = maker.valid(maker.targets[f"#/schemas/{name}"])
        if reference.accepts(name, json.dumps(value)) is not False:
            break
    return value


def _targets(schemas: Mapping[str, Schema]) -> Iterator[tuple[str, Schema]]:
    for name, schema in schemas.items():
        yield f"#/schemas/{name}", schema
        for word, inside in (("properties", "properties"), ("$defs", "$defs")):
            for key, each in schema.get(inside, {}).items():
                yield f"#/schemas/{name}/{word}/{key}", each
        yield from _anchored(schema)


def _anchored(node: Any) -> Iterator[tuple[str, Schema]]:
    if isinstance(node, dict):
        if isinstance(node.get("$anchor"), str):
            yield f"#{node['$anchor']}", node
        for each in node.values():
            yield from _anchored(each)
    elif isinstance(node, list):
        for each in node:
            yield from _anchored(each)
