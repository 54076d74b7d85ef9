"""Rule `broker-loss-changed`."""

from collections.abc import Iterator

from rtgen.checks.evolution.pair import Pair
from rtgen.checks.evolution.rule import SERVER_FIRST, Breach, BreakingRule, Level, breach


def _check(pair: Pair) -> Iterator[Breach]:
    for channel in pair.channels:
        old, new = channel.old.on_broker_loss, channel.new.on_broker_loss
        if old != new:
            message = f"on broker loss: {old} → {new}"
            yield breach(message, channel.place(), orders=SERVER_FIRST, old=channel.old, new=channel.new)


RULE = BreakingRule(
    id="broker-loss-changed",
    level=Level.BEHAVIOUR,
    summary="A node that has lost the others does something else with a channel.",
    why="With `refuse` clients are refused what went on before; with `local` members of two nodes hear different "
    "things. It changes with the first recorded event of a channel that does not say it, too.",
    fix="Say `onBrokerLoss` as it was, or make sure that clients try again where they are refused.",
    check=_check,
    breaking=(
        """\
events:
  typing: { from: client, relay: true }
""",
        """\
onBrokerLoss: refuse
events:
  typing: { from: client, relay: true }
""",
    ),
    harmless=(
        """\
events:
  typing: { from: client, relay: true }
""",
        """\
onBrokerLoss: local
events:
  typing: { from: client, relay: true }
""",
    ),
)
