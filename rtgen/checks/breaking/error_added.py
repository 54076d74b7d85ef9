"""Rule `error-added`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.client_events:
        for name in new.errors:
            if name not in old.errors:
                message = f"{old} may fail with `{name}` now"
                yield breach(message, place, orders=SERVER_FIRST, old=old, new=new)


RULE = BreakingRule(
    id="error-added",
    level=Level.BEHAVIOUR,
    summary="A request may fail in one more way.",
    why="Old clients do not know the error and treat it as any other failure.",
    fix="Say in the release what users will see.",
    check=_check,
    breaking=(
        """\
errors:
  muted: { description: Not now. }
  full: { description: No room. }
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    errors: [full]
""",
        """\
errors:
  muted: { description: Not now. }
  full: { description: No room. }
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    errors: [full, muted]
""",
    ),
    harmless=(
        """\
errors:
  muted: { description: Not now. }
  full: { description: No room. }
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    errors: [full, muted]
""",
        """\
errors:
  muted: { description: Not now. }
  full: { description: No room. }
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    errors: [muted, full]
""",
    ),
)
