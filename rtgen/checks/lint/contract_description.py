"""Rule `contract-description`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    contract = subject.contract
    if not contract.description and contract.span is not None:
        yield Problem(f"{contract} has no description", contract.span)


RULE = Rule(
    id="contract-description",
    severity=Severity.WARNING,
    summary="A contract without a `description`.",
    why="It is the first sentence of the generated packages and of their documentation.",
    fix="Add `description:` with one sentence: who talks to whom, about what.",
    strict=True,
    check=_check,
    bad="""\
title: Team chat
""",
    good="""\
title: Team chat
description: Rooms with typed messages and a short history.
""",
)
