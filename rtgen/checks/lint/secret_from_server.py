"""Rule `secret-from-server`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.checks.wording import lower_words
from rtgen.schema.types import StringType
from rtgen.source.finding import Severity

_SECRETS = frozenset({"password", "passwd", "passphrase", "secret", "apikey", "cvv", "credential", "credentials"})
_PAIRS = frozenset(
    {("api", "key"), ("private", "key"), ("access", "token"), ("refresh", "token"), ("session", "token")}
)
_HARMLESS = frozenset({"page", "next", "previous", "continuation", "cursor", "sync", "resume"})  # of a token


def _is_secret(name: str) -> bool:
    said = lower_words(name)
    token = said[-1:] == ("token",) and not _HARMLESS & set(said)
    return token or bool(_SECRETS & set(said)) or said[-2:] in _PAIRS


def _check(subject: Subject) -> Iterator[Problem]:
    for part in subject.from_server:
        if part.name and _is_secret(part.name) and isinstance(part.node, StringType):
            yield Problem(f"the server sends {part.label}, which looks like a secret", part.span)


RULE = Rule(
    id="secret-from-server",
    severity=Severity.WARNING,
    summary="A property that looks like a secret in what the server sends.",
    why="Events reach every member of a channel, and recorded ones are kept.",
    fix="Leave it out; give secrets only over the request that logs somebody in.",
    check=_check,
    bad="""\
events:
  joined: { from: server, payload: { type: object, properties: { accessToken: { type: string } } } }
""",
    good="""\
events:
  joined: { from: server, payload: { type: object, properties: { name: { type: string } } } }
""",
)
