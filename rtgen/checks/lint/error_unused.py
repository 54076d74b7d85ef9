"""Rule `error-unused`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.contract.model import Contract
from rtgen.source.finding import Severity


def _check(contract: Contract) -> Iterator[Problem]:
    used = {name for channel in contract.channels for event in channel.client_events for name in event.errors}
    for each in contract.errors:
        if each.name not in used and each.span is not None:
            yield Problem(f"no event may answer with the error `{each.name}`", each.span)


RULE = Rule(
    id="error-unused",
    severity=Severity.WARNING,
    summary="A domain error that no event lists.",
    why="Nobody can raise it: the set of errors of a request is closed.",
    fix="List it under `errors:` of the requests that can fail so, or remove it.",
    check=_check,
)
