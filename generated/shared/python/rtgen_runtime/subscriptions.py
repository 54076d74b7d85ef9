"""A member of an address that hears: what comes while it catches up waits, and is merged by offset."""

from rtgen_runtime.batches import Outgoing
from rtgen_runtime.frames import ResyncInfo
from rtgen_runtime.history.tails import Replay
from rtgen_runtime.outbox import Outbox
from rtgen_runtime.seats import Seat


class _Held:
    """Events that wait, in their order, and their bytes."""

    __slots__ = ("events", "size")

    def __init__(self) -> None:
        self.events: list[Outgoing] = []
        self.size = 0


class Subscription(Seat):
    """A seat that hears. While it catches up, live events are held aside; `release` merges them by offset."""

    __slots__ = ("_ended", "_held", "live", "outbox")

    def __init__(self, outbox: Outbox, seat: Seat) -> None:
        super().__init__(seat.session, seat.subject, seat.membership, seat.host)
        self.outbox = outbox
        self.live = False
        """Whether events go straight to the outbox."""
        self._held: _Held | None = None
        self._ended = False

    def hold(self, event: Outgoing) -> None:
        """An event for a subscription that is not live."""
        if self._ended:
            return
        held = self._held = self._held or _Held()
        held.size += len(event.frame)
        if held.size <= self.outbox.limit:
            held.events.append(event)
        else:  # too far behind before it was even let in: it comes back
            self._ended = True
            self.outbox.give_up()

    def release(self, page: Replay) -> None:
        """Send what was missed, then what came meanwhile and is not part of it, then live."""
        held, self._held = self._held, None
        self.live = not self._ended
        for missed in page.entries:
            self.outbox.add(missed.frame)
        for event in () if held is None else held.events:
            is_new = event.offset > page.offset if event.offset else not event.latest
            if is_new:
                self.outbox.add(event.frame, event.policy)

    def resync(self, info: ResyncInfo) -> None:
        """Nothing more is delivered: the member must join again. A join that is not answered yet reads again.

        What was recorded and waits is in what it reads then, or of an epoch that is over.
        """
        if self.live:
            self.live, self._ended = False, True
            super().resync(info)
        elif self._held is not None:
            kept = [each for each in self._held.events if not each.offset]
            self._held.events = kept
