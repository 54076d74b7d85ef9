"""Rule `frame-too-small`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.contract.model import ClientEvent
from rtgen.source.finding import Severity

_AROUND = 256  # the frame's own words beside the payload


def _check(subject: Subject) -> Iterator[Problem]:
    limit = subject.contract.limits.frame
    for channel, event in subject.events:
        carried = [("payload", event.payload), ("reply", event.reply if isinstance(event, ClientEvent) else None)]
        for word, node in carried:
            size = None if node is None else subject.sizes.largest(node)
            if size is not None and size + _AROUND > limit and event.span is not None:
                message = f"a valid {word} of {event} of {channel} can take {size} bytes, and a frame takes {limit}"
                yield Problem(message, event.span)


RULE = Rule(
    id="frame-too-small",
    severity=Severity.WARNING,
    summary="A valid message that can be larger than a frame may be.",
    why="It passes every check until one day a long one is refused, in production.",
    fix="Lower `maxLength` and `maxItems`, or raise `limits: { frame: … }`.",
    check=_check,
    bad="""\
events:
  saved: { from: client, payload: { type: object, properties: { text: { type: string, maxLength: 20000 } } } }
""",
    good="""\
limits: { frame: 128KiB }
events:
  saved: { from: client, payload: { type: object, properties: { text: { type: string, maxLength: 20000 } } } }
""",
)
