"""Rule `type-renamed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Place, breach


def _check(pair: Pair) -> Iterator[Breach]:
    kept = {each.name for each in pair.new.types}
    for named in pair.old.types:
        if named.from_schemas and named.name not in kept:
            message = f"there is no type `{named.name}` any more"
            yield breach(message, Place(), old=named, new=pair.new)


RULE = BreakingRule(
    id="type-renamed",
    level=Level.SOURCE,
    summary="A named schema is gone: generated code has no type of that name any more.",
    why="Code that imports the type no longer compiles; on the wire nothing changes.",
    fix="Keep the old name as a `$ref` to the new one.",
    check=_check,
    breaking=(
        """\
schemas:
  Person: { type: object, properties: { name: { type: string } } }
events: {}
""",
        """\
schemas:
  User: { type: object, properties: { name: { type: string } } }
events: {}
""",
    ),
    harmless=(
        """\
schemas:
  Person: { type: object, properties: { name: { type: string } } }
events: {}
""",
        """\
schemas:
  User: { type: object, properties: { name: { type: string } } }
  Person: { $ref: '#/schemas/User' }
events: {}
""",
    ),
)
