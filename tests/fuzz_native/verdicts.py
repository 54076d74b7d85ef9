"""What a stream of bytes is to our codec, and to the one of the `websockets` library."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from client_frames import CONTINUATION, client_frame
from fuzz_native.streams import LIMIT
from rtgen_runtime.transports.native.codec import Closing, Event, Failed, Ping, Pong, Reader
from websockets.exceptions import PayloadTooBig
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Close, Frame, Opcode
from websockets.protocol import Protocol, Side, State

_WITHIN: Final = "incomplete fragmented message"


@dataclass(slots=True)
class Verdict:
    """What was understood, in order, and the code with which the connection is failed; `None` while all is well."""

    events: list[Event] = field(default_factory=list)
    failed: int | None = None

    def told(self) -> str:
        """In short."""
        kinds = [f"{type(each).__name__} {str(each)[:40]!r} ({len(each)})" for each in self.events]
        return f"{', '.join(kinds) or 'nothing'}; {'no failure' if self.failed is None else self.failed}"


def ours(pieces: Iterable[bytes], *, compresses: bool) -> Verdict:
    """By the reader of the native transport."""
    reader = Reader(LIMIT, deflates=compresses)
    verdict = Verdict()
    for piece in pieces:
        for event in reader.feed(piece):
            if isinstance(event, Failed):
                verdict.failed = event.code
            else:
                verdict.events.append(event)
    return verdict


class Theirs:
    """The library's protocol without I/O, and messages put together as its connections do it."""

    def __init__(self, *, compresses: bool) -> None:
        self.verdict = Verdict()
        self._protocol = Protocol(Side.SERVER, state=State.OPEN, max_size=LIMIT)
        if compresses:
            self._protocol.extensions = [
                PerMessageDeflate(
                    remote_no_context_takeover=True,
                    local_no_context_takeover=True,
                    remote_max_window_bits=15,
                    local_max_window_bits=15,
                )
            ]
        self._parts: list[bytes] | None = None
        self._is_text = False

    def feed(self, data: bytes) -> None:
        """More bytes."""
        if self._is_over():
            return
        self._protocol.receive_data(data)
        for frame in self._protocol.events_received():
            assert isinstance(frame, Frame)
            self._take(frame)
            if self._is_over():
                return
        if self._protocol.parser_exc is not None:
            assert self._protocol.close_sent is not None
            self.verdict.failed = self._protocol.close_sent.code

    @property
    def closed_within_a_message(self) -> bool:
        """Whether it failed because of that: a close frame, RFC 6455 5.4 and 5.5 allow it anywhere."""
        return str(self._protocol.parser_exc) == _WITHIN

    @property
    def refused_size(self) -> int | None:
        """Bytes of the frame that it found too large."""
        problem = self._protocol.parser_exc
        return problem.size if isinstance(problem, PayloadTooBig) else None

    def complete(self) -> None:
        """Feed what makes its frame whole, then what ends its message, until something comes of it."""
        before = self._messages()
        for _ in range(LIMIT + 20):
            if self._is_over() or self._messages() != before:
                return
            if self._protocol.reader.buffer == b"" and self._parts is not None:
                self.feed(client_frame(CONTINUATION))
            else:
                self.feed(b"\x00")

    def _is_over(self) -> bool:
        return self.verdict.failed is not None

    def _messages(self) -> int:
        return sum(isinstance(each, str | bytes) for each in self.verdict.events)

    def _take(self, frame: Frame) -> None:
        data, events = bytes(frame.data), self.verdict.events
        match frame.opcode:
            case Opcode.PING:
                events.append(Ping(data))
            case Opcode.PONG:
                events.append(Pong(data))
            case Opcode.CLOSE:
                close = Close.parse(data)
                events.append(Closing(int(close.code), close.reason))
            case _:
                self._join(frame, data)

    def _join(self, frame: Frame, data: bytes) -> None:
        if frame.opcode is not Opcode.CONT:
            self._parts, self._is_text = [], frame.opcode is Opcode.TEXT
        assert self._parts is not None
        self._parts.append(data)
        if not frame.fin:
            return
        whole, self._parts = b"".join(self._parts), None
        try:
            self.verdict.events.append(whole.decode() if self._is_text else whole)
        except UnicodeDecodeError:
            self.verdict.failed = 1007
