"""Rule `broker-loss-splits-records`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for channel in subject.contract.channels:
        records = any(event.recorded for event in channel.server_events)
        if records and channel.on_broker_loss == "local" and channel.span is not None:
            words = "goes on without the other nodes, but what it records is refused meanwhile"
            yield Problem(f"{channel} {words}", channel.span)


RULE = Rule(
    id="broker-loss-splits-records",
    severity=Severity.INFO,
    summary="A channel that records has `onBrokerLoss: local`.",
    why="While the broker is away nothing can be recorded. The rest goes on among the members of each node, so that "
    "members of two nodes hear different things, and nobody can read later what they have missed.",
    fix="Leave it out: a channel that records refuses then, and clients try again. Or give what may go on to a "
    "channel of its own.",
    check=_check,
    bad="""\
onBrokerLoss: local
history: { keep: 100, for: 1d }
events:
  posted: { from: server, recorded: true }
  typing: { from: client, relay: true }
""",
    good="""\
onBrokerLoss: local
events:
  typing: { from: client, relay: true }
""",
)
