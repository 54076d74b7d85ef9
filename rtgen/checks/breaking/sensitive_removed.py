"""Rule `sensitive-removed`."""

from collections.abc import Iterator
from dataclasses import replace

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, breach
from rtgen.contract.documents import definitions
from rtgen.schema.sensitive import sensitive_paths
from rtgen.schema.types import RefType


def _check(pair: Pair) -> Iterator[Breach]:
    told: set[tuple[str, str]] = set()
    old_documents, new_documents = definitions(pair.old), definitions(pair.new)
    for meeting in pair.meetings:
        if not isinstance(meeting.old, RefType) or not isinstance(meeting.new, RefType):
            continue
        hidden = sensitive_paths(meeting.new.name, new_documents)
        for path in sensitive_paths(meeting.old.name, old_documents):
            if (meeting.old.name, path) not in told and not any(_is_within(path, each) for each in hidden):
                told.add((meeting.old.name, path))
                place = replace(meeting.place, pointer=path)
                message = "is not sensitive any more"
                yield breach(message, place, old=pair.old, new=pair.new)


def _is_within(path: str, hidden: str) -> bool:
    return hidden in {"", path} or path.startswith(f"{hidden}/")


RULE = BreakingRule(
    id="sensitive-removed",
    level=Level.BEHAVIOUR,
    summary="A value that was hidden is shown in logs, inspectors and errors now.",
    why="It was thought to be worth hiding, and logs are kept and copied.",
    fix="Keep `sensitive: true`.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload: { type: object, properties: { mail: { type: string, sensitive: true } } }
""",
        """\
events:
  say:
    from: client
    payload: { type: object, properties: { mail: { type: string } } }
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload: { type: object, properties: { mail: { type: string } } }
""",
        """\
events:
  say:
    from: client
    payload: { type: object, properties: { mail: { type: string, sensitive: true } } }
""",
    ),
)
