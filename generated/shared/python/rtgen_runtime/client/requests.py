"""Requests without an outcome: which may be sent again on a new connection, and which can't be known any more."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from rtgen_runtime.client.effects import Lost, RequestSettled
from rtgen_runtime.frames import ErrorInfo


@dataclass(slots=True)
class Pending:
    """One request. `link` is the connection it was last sent on; 0 while it waits for the next one."""

    ref: int
    address: str
    frame: bytes
    repeatable: bool
    """Sent again it takes effect once, or none at all."""
    deadline: float
    link: int
    sent_before: bool = False
    """Whether an older connection carried it too."""


@dataclass(slots=True)
class Requests:
    """All of one client, in the order in which they were made. Each settles once."""

    pending: dict[int, Pending] = field(default_factory=dict)

    def add(self, request: Pending) -> None:
        """One that has just been sent."""
        self.pending[request.ref] = request

    def settle(
        self, ref: int, payload: bytes | None = None, error: ErrorInfo | None = None
    ) -> list[RequestSettled]:
        """An answer has come; a late one to a request that was forgotten is nothing.

        `not_joined` and `left` to one that was sent before tell about the second sending only: whether the first
        one took effect stays unknown.
        """
        request = self.pending.pop(ref, None)
        if request is None:
            return []
        if error is not None and request.sent_before and error.code in _OF_NO_MEMBER:
            return [RequestSettled(ref, lost=Lost.DISCONNECTED)]
        return [RequestSettled(ref, payload, error)]

    def hold(self, link: int) -> None:
        """A connection is gone: what it carried waits for what the next welcome tells."""
        for request in self.pending.values():
            if request.link == link:
                request.link, request.sent_before = 0, True

    def judge(self, last_ref: int | None, *, is_same: bool) -> list[RequestSettled]:
        """A welcome has come: what may not be sent again is settled as unknown.

        `last_ref` is the highest ref that the server knows of: higher ones never arrived. `is_same`: the server
        takes this client for the one that it was.
        """
        lost = [
            each.ref
            for each in self.pending.values()
            if each.link == 0 and not _may_repeat(each, last_ref, is_same)
        ]
        for ref in lost:
            del self.pending[ref]
        return [RequestSettled(ref, lost=Lost.DISCONNECTED) for ref in lost]

    def held(self, address: str) -> Iterator[Pending]:
        """What waits to be sent again to an address, in order."""
        for request in tuple(self.pending.values()):
            if request.link == 0 and request.address == address:
                yield request

    def abandon(self, address: str) -> list[RequestSettled]:
        """A membership is over: what waited to be sent again there has no outcome."""
        return [
            settled
            for each in self.held(address)
            for settled in self.end(each.ref, Lost.DISCONNECTED)
        ]

    def overdue(self, ref: int, at: float) -> list[RequestSettled]:
        """The time of a request is over, if it still waits."""
        request = self.pending.get(ref)
        if request is None or request.deadline > at:
            return []
        return self.end(ref, Lost.TIMEOUT)

    def end(self, ref: int, lost: Lost) -> list[RequestSettled]:
        """Settle one without an answer."""
        del self.pending[ref]
        return [RequestSettled(ref, lost=lost)]

    def end_all(self) -> list[RequestSettled]:
        """The client is closed."""
        refs = tuple(self.pending)
        return [each for ref in refs for each in self.end(ref, Lost.DISCONNECTED)]

    def are_on(self, link: int) -> bool:
        """Whether any waits for an answer by a connection."""
        return any(each.link == link for each in self.pending.values())


_OF_NO_MEMBER = frozenset({"not_joined", "left"})


def _may_repeat(request: Pending, last_ref: int | None, is_same: bool) -> bool:
    never_arrived = last_ref is not None and request.ref > last_ref
    return never_arrived or (request.repeatable and is_same)
