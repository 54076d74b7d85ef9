"""The smallest schema and text that still show a fault.

Each step tries many smaller versions at once, since they share one compilation, and goes on with the smallest of
those that still show it.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from agreement.judging import Family, Judgement, judged

_AT_ONCE: Final = 60
_STEPS: Final = 60


def smallest(family: Family) -> tuple[Family, Judgement]:
    """A family with one text that shows a fault, made as small as it gets; and what the judges say of it."""
    (best,) = judged([family]).judgements[0] or (None,)
    if best is None or not best.fault:
        raise ValueError("there is no fault to show")
    tried: set[str] = set()
    for _ in range(_STEPS):
        fresh = [each for each in _smaller(family) if _key(each) not in tried]
        found = None
        for start in range(0, len(fresh), _AT_ONCE):
            batch = fresh[start : start + _AT_ONCE]
            tried.update(map(_key, batch))
            answers = judged(batch).judgements
            faulty = [(each, said[0]) for each, said in zip(batch, answers, strict=True) if said and said[0].fault]
            if faulty:
                found = min(faulty, key=lambda pair: len(_key(pair[0])))
                break
        if found is None:
            break
        family, best = found
    return family, best


def shown(family: Family, judgement: Judgement) -> str:
    """A fault for people."""
    schemas = "\n".join(
        f"  {name}: {json.dumps(schema, ensure_ascii=False)}" for name, schema in family.schemas.items()
    )
    ((name, text),) = family.asked
    return f"{schemas}\n  {name} judges {text!r}\n  {judgement.fault}"


def _key(family: Family) -> str:
    return json.dumps([family.schemas, family.asked])


def _smaller(family: Family) -> list[Family]:
    ((name, text),) = family.asked
    made: list[Family] = []
    for gone in family.schemas:
        if gone != name:
            made.append(Family({each: schema for each, schema in family.schemas.items() if each != gone}, family.asked))
    for each, schema in family.schemas.items():
        made += [Family({**family.schemas, each: less}, family.asked) for less in _less(schema)]
    made += [Family(family.schemas, ((name, less),)) for less in _less_text(text)]
    own = len(_key(family))
    return sorted((each for each in made if len(_key(each)) < own), key=lambda each: len(_key(each)))


def smaller_schemas(schema: Any) -> Iterator[Any]:
    """A schema with something less."""
    yield from _less(schema)


def _less(node: Any) -> Iterator[Any]:
    """Smaller versions of a JSON value: what is inside of it instead, or itself with one thing less."""
    if isinstance(node, dict):
        yield from (each for each in node.values() if isinstance(each, dict))
        for name in node:
            yield {other: each for other, each in node.items() if other != name}
        for name, each in node.items():
            for less in _less(each):
                yield {**node, name: less}
    elif isinstance(node, list):
        yield from (each for each in node if isinstance(each, dict))
        for index, each in enumerate(node):
            yield node[:index] + node[index + 1 :]
            for less in _less(each):
                yield [*node[:index], less, *node[index + 1 :]]


def _less_text(text: str) -> Iterator[str]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        for index in islice(range(len(text)), 200):
            yield text[:index] + text[index + 1 :]
        return
    for less in _less_value(value):
        yield json.dumps(less, ensure_ascii=False)
    if text.strip() != text:
        yield text.strip()
    for length in (64, 16, 4, 1):
        for index in range(0, min(len(text), 600), length):
            yield text[:index] + text[index + length :]


def _less_value(value: Any) -> Iterator[Any]:
    yield from _less(value)
    inside: Mapping[Any, Any] = {}
    if isinstance(value, dict):
        inside = value
    elif isinstance(value, list):
        inside = dict(enumerate(value))
    yield from inside.values()
