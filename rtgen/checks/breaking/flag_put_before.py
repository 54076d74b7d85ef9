"""Rule `flag-put-before`."""

from collections.abc import Iterator
from dataclasses import replace

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, Verdict, breach


def _check(pair: Pair) -> Iterator[Breach]:
    partial = {each.name for each in pair.new.flags if each.percent < 100}
    for channel in pair.channels:
        for place, old, new in (
            (channel.place(), channel.old, channel.new),
            *((channel.place(old), old, new) for old, new in channel.events),
        ):
            if new.flag != old.flag:
                found = breach(_message(old.flag, new.flag), place, orders=SERVER_FIRST, old=old, new=new)
                yield found if new.flag in partial else replace(found, verdict=Verdict.SAFE)


def _message(old: str, new: str) -> str:
    if not new:
        return f"stands behind the flag `{old}` no more"
    return f"stands behind the flag `{new}` now" + (f", and no more behind `{old}`" if old else "")


RULE = BreakingRule(
    id="flag-put-before",
    level=Level.WIRE,
    summary="A channel or an event stands behind another flag: a breach where not everybody has that.",
    why="Old clients go on as before, and are refused with `flag_off`, or hear nothing.",
    fix="Begin with `percent: 100`, and release clients that look at the flag before you lower it.",
    check=_check,
    breaking=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
""",
        """\
flags:
  newEditor: { description: The editor with columns., percent: 0 }
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    flag: newEditor
""",
    ),
    harmless=(
        """\
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
""",
        """\
flags:
  newEditor: { description: The editor with columns., percent: 100 }
events:
  say:
    from: client
    payload: { type: object, required: [text], properties: { text: { type: string } } }
    reply: { type: object, properties: { at: { type: integer } } }
    flag: newEditor
""",
    ),
)
