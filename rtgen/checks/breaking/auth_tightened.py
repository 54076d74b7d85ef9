"""Rule `auth-tightened`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, Place, breach


def _check(pair: Pair) -> Iterator[Breach]:
    old, new = pair.old.auth, pair.new.auth
    if new is None:
        return
    reasons = []
    if (old is None or old.anonymous) and not new.anonymous:
        reasons.append("clients without a token are refused now")
    if old is not None and old.jwt != new.jwt:
        reasons.append("tokens are of another kind")
    if old is not None and old.claims is None and new.claims is not None:
        reasons.append("tokens have to carry claims now")
    for reason in reasons:
        yield breach(reason, Place(), orders=SERVER_FIRST, old=pair.old, new=pair.new)


RULE = BreakingRule(
    id="auth-tightened",
    level=Level.WIRE,
    summary="Clients that could connect are refused: a token is asked for, of another kind, or claims more.",
    why="Old clients have no such token.",
    fix="Accept both until no old client is left.",
    check=_check,
    breaking=(
        """\
events: {}
""",
        """\
auth: { jwt: { claims: { type: object, required: [sub], properties: { sub: { type: string } } } } }
events: {}
""",
    ),
    harmless=(
        """\
auth: { jwt: { claims: { type: object, required: [sub], properties: { sub: { type: string } } } } }
events: {}
""",
        """\
auth: { jwt: { claims: { type: object, required: [sub], properties: { sub: { type: string } } } }, anonymous: true }
events: {}
""",
    ),
)
