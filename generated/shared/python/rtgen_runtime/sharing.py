"""What all members of an address get in one turn of the event loop: one list of frames, which each is visited for once.

Idea: a frame for everybody is only put on the list, and every member is written to when the turn ends. Who gets
something of its own meanwhile, does not get all that the others get, or is slow, stands apart: what it gets is put
together in the order in which it was said, as if each frame had been put into its outbox at once. What is said to
others than these members in the same turn ends the sharing: then everybody's part is put into the outboxes first.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rtgen_runtime.backlog import Policy

if TYPE_CHECKING:
    from rtgen_runtime.outbox import Outbox


class Shared:
    """Frames for the same outboxes. Who ends the sharing forgets it first, then calls `write` or `spread`, once."""

    __slots__ = ("_frames", "_own", "_policies", "_without", "outboxes", "size")

    def __init__(self, outboxes: Sequence["Outbox"]) -> None:
        self.outboxes = outboxes
        self.size = 0
        """Bytes of the frames."""
        self._frames: list[bytes] = []
        self._policies: list[Policy | None] = []
        self._own: dict[Outbox, list[int]] = {}
        """How many of the frames came before each frame that an outbox got for itself."""
        self._without: dict[Outbox, set[int]] = {}
        """Which of the frames an outbox does not get."""

    def add(
        self, frame: bytes, policy: Policy | None, without: Sequence["Outbox"]
    ) -> None:
        """A frame for all of them but a few."""
        for each in without:
            self._without.setdefault(each, set()).add(len(self._frames))
        self._frames.append(frame)
        self._policies.append(policy)
        self.size += len(frame)

    def note(self, outbox: "Outbox") -> None:
        """An outbox, which may be another one, is about to get a frame for itself."""
        self._own.setdefault(outbox, []).append(len(self._frames))

    def write(self) -> int:
        """Write to who gets all of it and nothing else, and give the others theirs; the bytes that were written."""
        frames, written = self._frames, 0
        apart = self._without
        for each in self.outboxes:
            if (not apart or each not in apart) and each.take(frames):
                written += 1
            else:
                self._give(each)
        return written * self.size

    def spread(self) -> None:
        """Give everybody theirs."""
        for each in self.outboxes:
            self._give(each)

    def _give(self, outbox: "Outbox") -> None:
        own = outbox.waiting
        places = self._own.get(outbox, ()) if own else ()  # it may have given up
        without = self._without.get(outbox, ())
        frames: list[bytes] = list(own[: len(own) - len(places)])
        policies: list[Policy | None] = [None] * len(frames)
        late = list(zip(places, own[len(frames) :], strict=True))
        for number, policy in enumerate(self._policies):
            while late and late[0][0] <= number:
                frames.append(late.pop(0)[1])
                policies.append(None)
            if number not in without:
                frame = outbox.translated(self._frames[number])
                if frame:
                    frames.append(frame)
                    policies.append(policy)
        frames += [frame for _, frame in late]
        policies += [None] * len(late)
        outbox.have(frames, policies)
