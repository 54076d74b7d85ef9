"""Rule `error-removed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for place, old, new in pair.client_events:
        for name in old.errors:
            if name not in new.errors:
                message = f"{old} does not fail with `{name}` any more"
                yield breach(message, place, old=old, new=new)


RULE = BreakingRule(
    id="error-removed",
    level=Level.SOURCE,
    summary="A request no longer fails in one of its ways.",
    why="Code that handles the error no longer compiles.",
    fix="Keep it listed while clients handle it.",
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
    errors: [full]
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
)
