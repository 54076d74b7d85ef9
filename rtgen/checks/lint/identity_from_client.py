"""Rule `identity-from-client`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.folding import folded
from rtgen.source.finding import Severity

_NAMES = frozenset({"userid", "author", "authorid", "sender", "senderid", "from", "role", "isadmin", "tenantid"})


def _check(subject: Subject) -> Iterator[Problem]:
    for part in subject.from_client:
        if folded(part.name) in _NAMES:
            yield Problem(f"clients say themselves what {part.label} is", part.span)


RULE = Rule(
    id="identity-from-client",
    severity=Severity.WARNING,
    summary="Clients that tell who they are in a payload.",
    why="Anybody can send another's id; who somebody is comes from the session.",
    fix="Leave it out, and let the handler fill it in from `ctx`.",
    strict=True,
    check=_check,
    bad="""\
events:
  send: { from: client, payload: { type: object, properties: { userId: { type: string, format: uuid } } } }
""",
    good="""\
events:
  send: { from: client, payload: { type: object, properties: { body: { type: string, maxLength: 200 } } } }
""",
)
