"""Rule `version-not-bumped`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import Breach, BreakingRule, Level, Place, breach
from rtgen.checks.evolution.semver import Step, after, lowered, numbers, taken


def _check(pair: Pair) -> Iterator[Breach]:
    old, new = pair.old.version, pair.new.version
    step = lowered(pair.step, old)
    # Words alone ask for a patch, which is suggested and not demanded: a corrected comma must not stop anybody.
    if pair.step > Step.PATCH and numbers(new) >= numbers(old) and taken(old, new) < step:
        least = after(old, step)
        message = f"`version` is {new}; the changes ask for a {step.name.lower()} step, {least} or later"
        yield breach(message, Place(), old=pair.old, new=pair.new)


RULE = BreakingRule(
    id="version-not-bumped",
    level=Level.POLICY,
    summary="The contract changed, and its version did not take the step that the changes ask for.",
    why="Clients and servers tell by the version whether they can talk to each other.",
    fix="Raise `version` as the message says.",
    check=_check,
    sums_up=True,
    breaking=(
        """\
version: 1.0.0
events:
  told: { from: server, payload: { type: object, properties: { text: { type: string } } } }
""",
        """\
version: 1.0.1
events:
  told: { from: server, payload: { type: object, properties: { text: { type: string }, lang: { type: string } } } }
""",
    ),
    harmless=(
        """\
version: 1.0.0
events:
  told: { from: server, payload: { type: object, properties: { text: { type: string } } } }
""",
        """\
version: 1.1.0
events:
  told: { from: server, payload: { type: object, properties: { text: { type: string }, lang: { type: string } } } }
""",
    ),
)
