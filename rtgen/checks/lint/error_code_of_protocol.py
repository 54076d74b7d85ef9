"""Rule `error-code-of-protocol`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.schema.folding import folded
from rtgen.source.finding import Severity

CODES = (
    "auth_unavailable",
    "flag_off",
    "forbidden",
    "in_progress",
    "internal",
    "invalid",
    "left",
    "malformed",
    "no_presence",
    "not_joined",
    "outcome_unknown",
    "overloaded",
    "protocol_error",
    "rate_limited",
    "ref_in_use",
    "ref_reused",
    "refused",
    "too_large",
    "too_many_channels",
    "unauthorized",
    "unavailable",
    "unknown_address",
    "unknown_event",
    "wrong_contract",
    "wrong_origin",
    "wrong_subprotocol",
    "wrong_version",
)
_FOLDED = {folded(code): code for code in CODES}


def _check(subject: Subject) -> Iterator[Problem]:
    for each in subject.contract.errors:
        code = _FOLDED.get(folded(each.name))
        if code is not None and each.span is not None:
            yield Problem(f"the error `{each.name}` reads like the protocol's own `{code}`", each.span)


RULE = Rule(
    id="error-code-of-protocol",
    severity=Severity.WARNING,
    summary="A domain error named as an error of the protocol.",
    why="Clients that look at the code can't tell whether the handler or the protocol refused.",
    fix="Say what your domain refused: `orderTooLarge`, `notInvited`.",
    check=_check,
    bad="""\
errors:
  tooLarge: { description: The order has too many lines. }
""",
    good="""\
errors:
  orderTooLarge: { description: The order has too many lines. }
""",
)
