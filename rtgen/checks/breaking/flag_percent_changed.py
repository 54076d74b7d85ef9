"""Rule `flag-percent-changed`."""

from collections.abc import Iterator
from dataclasses import replace

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, Place, Verdict, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for old, new in pair.flags:
        if new.percent != old.percent:
            found = breach(
                f"{old}: {old.percent:g} % → {new.percent:g} %", Place(), orders=SERVER_FIRST, old=old, new=new
            )
            yield found if new.percent < old.percent else replace(found, verdict=Verdict.SAFE)
    known = {each.name for each in pair.old.flags}
    for flag in pair.new.flags:
        if flag.name not in known:
            found = breach(f"{flag} is new: {flag.percent:g} %", Place(), old=pair.old, new=flag)
            yield replace(found, verdict=Verdict.SAFE)


RULE = BreakingRule(
    id="flag-percent-changed",
    level=Level.BEHAVIOUR,
    summary="A flag is on for fewer people, which is a breach; or for more, or is new.",
    why="Some lose what they had.",
    fix="Say in the release who loses what; or set it at run time, where it can be taken back at once.",
    check=_check,
    breaking=(
        """\
flags:
  newEditor: { description: The editor with columns., percent: 25 }
events: {}
""",
        """\
flags:
  newEditor: { description: The editor with columns., percent: 10 }
events: {}
""",
    ),
    harmless=(
        """\
flags:
  newEditor: { description: The editor with columns., percent: 10 }
events: {}
""",
        """\
flags:
  newEditor: { description: The editor with columns., percent: 25 }
events: {}
""",
    ),
)
