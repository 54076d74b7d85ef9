"""What waits to be written to one client: bounded in bytes, written once for each turn of the event loop."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from rtgen_runtime.backlog import Backlog, Counts, Policy
from rtgen_runtime.sharing import Shared
from rtgen_runtime.transports.interface import Link


class Flusher:
    """Flushes the outboxes that got something during this turn of the loop: one callback for all of them.

    `counts` is what the delivery policies of all of them did.
    """

    def __init__(self) -> None:
        self.counts = Counts()
        self.shared: Shared | None = None
        """What many of them get, and what is not in them yet."""
        self._waiting: list[Outbox] = []
        self._is_due = False

    def add(self, outbox: "Outbox") -> None:
        """Flush it soon."""
        self._soon()
        self._waiting.append(outbox)

    def share(
        self,
        outboxes: Sequence["Outbox"],
        frame: bytes,
        policy: Policy | None,
        without: Sequence["Outbox"] = (),
    ) -> None:
        """The same as adding a frame to each of these but a few. For the same ones, give the same object again."""
        shared = self.shared
        if shared is not None and shared.outboxes is not outboxes:
            self.spread()
            shared = None
        size = len(frame) + (0 if shared is None else shared.size)
        if size > outboxes[0].limit:
            self.spread()
            for each in outboxes:
                if each not in without:
                    each.add(frame, policy)
            return
        if shared is None:
            self._soon()
            shared = self.shared = Shared(outboxes)
        shared.add(frame, policy, without)

    def spread(self) -> None:
        """Put into the outboxes what is shared: something else comes."""
        shared, self.shared = self.shared, None
        if shared is not None:
            shared.spread()

    def flush(self) -> None:
        """Write what waits, of all of them."""
        shared, self.shared = self.shared, None
        written = 0 if shared is None else shared.write()
        waiting, self._waiting = self._waiting, []
        self._is_due = False
        for outbox in waiting:
            written += outbox.flush()
        self.counts.written += written

    def _soon(self) -> None:
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self.flush)


class Owner(Protocol):
    """Whose outbox it is."""

    def fell_behind(self) -> None:
        """Too much waits: end the connection."""


class Outbox:
    """Frames for one client; what the socket's own buffer holds counts against the limit too.

    While the socket has not taken all it was given, frames wait in a backlog, where policies apply. Beyond the limit
    the owner is told, once and with the next flush, never from inside `add`: whoever speaks to many must not meet
    the end of one of them half-way.
    """

    __slots__ = (
        "_backlog",
        "_barred",
        "_closed",
        "_flusher",
        "_frames",
        "_limit",
        "_link",
        "_overflowed",
        "_owner",
        "_size",
        "_transcode",
    )

    def __init__(
        self,
        link: Link,
        limit: int,
        flusher: Flusher,
        owner: Owner,
        transcode: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._link = link
        self._limit = limit
        self._flusher = flusher
        self._owner = owner
        self._transcode = transcode
        self._frames: list[bytes] | None = None
        self._size = 0
        self._backlog: Backlog | None = None
        self._barred = False
        """Whether frames can't simply be put on the list: a backlog, or the end."""
        self._closed = False
        self._overflowed = False

    @property
    def limit(self) -> int:
        """Bytes that may wait."""
        return self._limit

    @property
    def size(self) -> int:
        """Bytes that wait now, in the socket's buffer or before it."""
        behind = 0 if self._backlog is None else self._backlog.size
        return self._size + behind + self._link.buffered()

    def transcode(self, transcode: Callable[[bytes], bytes]) -> None:
        """Send what this makes of each frame from now on, and nothing where it makes nothing of it."""
        self._transcode = transcode

    def add(self, frame: bytes, policy: Policy | None = None) -> None:
        """Send a frame, which is JSON text, with the rest of this turn's."""
        if self._transcode is not None:
            frame = self._transcode(frame)
            if not frame:
                return
        size = self._size + len(frame)
        if self._barred or size > self._limit:
            self._add_with_care(frame, policy)
            return
        self._size = size
        frames, flusher = self._frames, self._flusher
        if flusher.shared is not None:
            flusher.shared.note(self)
        if frames is None:
            self._frames = [frame]
            flusher.add(self)
        else:
            frames.append(frame)

    @property
    def waiting(self) -> Sequence[bytes]:
        """What is to be written at the end of this turn."""
        return self._frames or ()

    def translated(self, frame: bytes) -> bytes:
        """A frame as it is to be written; empty where this client gets none."""
        return frame if self._transcode is None else self._transcode(frame)

    def take(self, frames: Sequence[bytes]) -> bool:
        """Write frames at once, where nothing else waits and they can go as they are; else nothing is done."""
        if self._frames is not None or self._barred or self._transcode is not None:
            return False
        link = self._link
        link.write(frames)
        if link.buffered():
            self._hold_back()
        return True

    def have(self, frames: list[bytes], policies: Sequence[Policy | None]) -> None:
        """Take these, which are translated, instead of what waits and is among them."""
        size = sum(map(len, frames))
        if self._barred or size > self._limit:
            self._frames, self._size = None, 0
            for frame, policy in zip(frames, policies, strict=True):
                self._append(frame, policy)
        elif frames:
            if self._frames is None:
                self._flusher.add(self)
            self._frames, self._size = frames, size

    def flush(self) -> int:
        """Write what waits; the bytes, for whoever counts them."""
        frames = self._frames
        if frames is None:  # it may have been given up meanwhile
            if self._overflowed and not self._closed:
                self._owner.fell_behind()
            return 0
        size, link = self._size, self._link
        self._frames, self._size = None, 0
        link.write(frames)
        if link.buffered():
            self._hold_back()
        return size

    def writable(self) -> None:
        """The socket has taken all it was given."""
        backlog, self._backlog = self._backlog, None
        if backlog is None or self._closed or self._overflowed:
            return
        self._barred = False
        size = backlog.size
        frames = backlog.take()
        if frames:
            self._flusher.counts.written += size
            self._write(frames)

    def close(self, code: int, reason: str) -> None:
        """Write what waits, then end the connection; what waits for a slow client is not worth waiting for."""
        if self._closed:
            return
        self._flusher.spread()
        self._closed = self._barred = True
        if self._frames:
            self._flusher.counts.written += self._size
            self._link.write(self._frames)
        self._forget()
        self._link.close(code, reason)

    def discard(self) -> None:
        """The connection is gone. Until its last deadline the wheel has it; the socket need not wait for that."""
        self._closed = self._barred = True
        self._forget()
        self._link = _NOWHERE

    def give_up(self) -> None:
        """The client is too slow: forget what waits, and tell with the next flush."""
        if self._closed or self._overflowed:
            return
        self._flusher.counts.overflowed += 1
        self._overflowed = self._barred = True
        self._forget()
        self._flusher.add(self)

    def _append(self, frame: bytes, policy: Policy | None) -> None:
        """The same as `add`, for a translated frame."""
        size = self._size + len(frame)
        if self._barred or size > self._limit:
            self._add_with_care(frame, policy)
        elif self._frames is None:
            self._frames, self._size = [frame], size
            self._flusher.add(self)
        else:
            self._size = size
            self._frames.append(frame)

    def _write(self, frames: list[bytes]) -> None:
        self._link.write(frames)
        if self._link.buffered():
            self._hold_back()

    def _hold_back(self) -> None:
        """The socket has not taken all of it: what comes now waits where policies apply."""
        self._backlog = Backlog(self._flusher.counts)
        self._barred = True

    def _add_with_care(self, frame: bytes, policy: Policy | None) -> None:
        """There is a backlog, or too much for one turn: then write early, and see whether the socket takes it."""
        self._flusher.spread()
        if not self._barred:
            self._flusher.counts.written += self.flush()
        if self._barred:
            self._wait(frame, policy)
        elif len(frame) > self._limit:
            self.give_up()
        else:
            self._flusher.counts.written += len(frame)
            self._write([frame])

    def _wait(self, frame: bytes, policy: Policy | None) -> None:
        backlog = self._backlog
        if backlog is None or self._closed or self._overflowed:
            return
        if not backlog.add(frame, policy, self._limit - self._link.buffered()):
            self.give_up()

    def _forget(self) -> None:
        self._frames, self._size, self._backlog = None, 0, None


class _Nowhere:
    """The link of a connection that is gone."""

    def write(self, frames: Sequence[bytes]) -> None:
        """Nobody hears it."""

    def buffered(self) -> int:
        """Nothing waits."""
        return 0

    def close(self, code: int, reason: str) -> None:
        """It is closed."""


_NOWHERE: Final[Link] = _Nowhere()
