"""Rule `error-retryable-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Place, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for old, new in pair.errors:
        if old.retryable != new.retryable:
            word = "may be tried again" if new.retryable else "may not be tried again"
            yield breach(f"`{old.name}` {word} now", Place(), old=old, new=new)


RULE = BreakingRule(
    id="error-retryable-changed",
    level=Level.BEHAVIOUR,
    summary="Whether an error may be tried again changed.",
    why="Old clients try again what they should leave, or give up too early.",
    fix="Add an error with a name of its own.",
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
    errors: [muted]
""",
        """\
errors:
  muted: { description: Not now., retryable: true }
  full: { description: No room. }
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    errors: [muted]
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
    errors: [muted]
""",
        """\
errors:
  muted: { description: Not at the moment. }
  full: { description: No room. }
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    errors: [muted]
""",
    ),
)
