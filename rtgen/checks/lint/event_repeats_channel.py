"""Rule `event-repeats-channel`."""

from collections.abc import Iterator

from rtgen.checks.rule import Problem, Rule
from rtgen.checks.subject import Subject
from rtgen.checks.wording import lower_words
from rtgen.source.finding import Severity


def _check(subject: Subject) -> Iterator[Problem]:
    for channel, event in subject.events:
        said, of = lower_words(event.name), lower_words(channel.name)
        if len(said) > len(of) and said[: len(of)] == of and event.span is not None:
            yield Problem(f"{event} repeats the name of its {channel}", event.span)


RULE = Rule(
    id="event-repeats-channel",
    severity=Severity.WARNING,
    summary="An event whose name begins with that of its channel.",
    why="The channel stands in front of it everywhere: `room.roomOpened()`, `RoomRoomOpenedPayload`.",
    fix="Leave the channel's name out: `opened`.",
    check=_check,
    bad="""\
channels:
  room: { address: room, events: { roomOpened: { from: server } } }
""",
    good="""\
channels:
  room: { address: room, events: { opened: { from: server } } }
""",
)
