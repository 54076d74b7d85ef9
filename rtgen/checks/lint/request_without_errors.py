"""Rule `request-without-errors`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for channel in subject.contract.channels:
        for event in channel.client_events:
            if event.is_request and not event.errors and event.span is not None:
                yield Problem(f"the request `{event.name}` of {channel} lists no error", event.span)


RULE = Rule(
    id="request-without-errors",
    severity=Severity.INFO,
    summary="A request that can't fail in a way its caller understands.",
    why="Its handler can only raise what becomes `internal`, and the client can only say that something failed.",
    fix="Declare what can go wrong under `errors:` and list it here.",
    check=_check,
    bad="""\
events:
  buy: { from: client, reply: { type: object, properties: { ticket: { type: string } } } }
""",
    good="""\
errors:
  soldOut: { description: No seat is left. }
events:
  buy: { from: client, reply: { type: object, properties: { ticket: { type: string } } }, errors: [soldOut] }
""",
)
