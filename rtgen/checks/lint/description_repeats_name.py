"""Rule `description-repeats-name`."""

import re
from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.checks.wording import lower_words
from rtgen.source.finding import Severity

_FILLERS = frozenset(
    {"a", "an", "the", "event", "channel", "error", "schema", "type", "object", "field", "value", "of", "this", "is"}
)


def _says_nothing(name: str, description: str) -> bool:
    said = set(re.findall(r"\w+", description.lower())) - _FILLERS
    return bool(description) and said <= {*lower_words(name), name.lower()}


def _check(subject: Subject) -> Iterator[Problem]:
    named = [
        (f"the schema `{each.name}`", each.name, each.notes.description, each.span)
        for each in subject.types.values()
        if each.from_schemas
    ]
    channels = [(str(each), each.name, each.notes.description, each.span) for each in subject.contract.channels]
    events = [(str(each), each.name, each.notes.description, each.span) for _, each in subject.events]
    errors = [(f"the error `{each.name}`", each.name, each.description, each.span) for each in subject.contract.errors]
    properties = [
        (f"`{each.name}` of `{of.name}`", each.name, each.notes.description, each.span)
        for of, each in subject.properties
    ]
    for label, name, description, span in (*named, *channels, *events, *errors, *properties):
        if span is not None and _says_nothing(name, description):
            yield Problem(f"the description of {label} says no more than its name", span)


RULE = Rule(
    id="description-repeats-name",
    severity=Severity.WARNING,
    summary="A description made of the words of the name.",
    why="It satisfies a rule and helps nobody; the reader came because the name was not enough.",
    fix="Say when it happens, in which unit it is, or who may ask; or leave it out.",
    check=_check,
    bad="""\
events:
  orderShipped: { from: server, description: The order shipped event. }
""",
    good="""\
events:
  orderShipped: { from: server, description: The carrier took all parcels of an order. }
""",
)
