"""Random schemas: every value that the compiler makes up is valid for `jsonschema`, too, and most get one."""

import json
from pathlib import Path

from agreement.contracts import compiled, named, placed
from agreement.reference import CLASSES, Reference
from agreement.samples import drawn

from rtgen.schema.specimens import Specimens
from rtgen.schema.types import RefType

FAMILIES = 150


def test_what_is_made_up_is_valid(tmp_path: Path) -> None:
    families = [each.schemas for each in drawn("specimens", FAMILIES, 1)]
    both = compiled(tmp_path, [*families])
    assert both.contract is not None
    specimens = Specimens(both.contract.types_by_name)
    made = 0
    for index in sorted(both.accepted):
        reference = Reference({name: placed(each, schemas="$defs") for name, each in families[index].items()})
        values = specimens.of(RefType(named("Root", index)), "value", 3)
        made += bool(values)
        for value in values:
            text = json.dumps(value)
            assert reference.accepts("Root", text, frozenset(CLASSES)) is not False, (families[index], text)
    assert len(both.accepted) > FAMILIES / 2
    assert made > 0.7 * len(both.accepted)
