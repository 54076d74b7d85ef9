"""What a client sends, as RFC 6455 reads it: bytes in, events out, no I/O.

Idea: a `Reader` looks at a frame's head as soon as it has come, and refuses there what can be refused there, before
anything is buffered. A message that comes in one piece is unmasked and decoded at once. One that does not is taken
up as it comes, into one growing buffer: its memory is bounded by the limit however it is cut, and a text that is no
UTF-8 is refused at its first wrong byte. However the bytes are grouped into reads, the events are the same.

After `Closing` or `Failed` nothing more is read.
"""

import codecs
import struct
from typing import Final, NamedTuple

from rtgen_runtime.transports.native.deflating import Inflater, NotDeflated, TooLarge
from rtgen_runtime.transports.native.framing import NO_STATUS
from rtgen_runtime.transports.native.masking import unmask

PROTOCOL_ERROR: Final = 1002
NOT_UTF8: Final = 1007
TOO_LARGE: Final = 1009
"""Close codes of RFC 6455, 7.4.1."""

_CONTINUATION: Final = 0x0
_TEXT: Final = 0x1
_CLOSE: Final = 0x8
_PING: Final = 0x9
_PONG: Final = 0xA
_OPCODES: Final = frozenset({_CONTINUATION, _TEXT, 0x2, _CLOSE, _PING, _PONG})
_WHOLE: Final = frozenset({0x81, 0x82})
"""First bytes of messages in one frame, not compressed."""
_SHORT_TEXT: Final = 0x8180
"""First two bytes of a masked text in one frame, to which its size is added; up to 125."""
_MIDDLE_TEXT: Final = 0x81FE
"""The same, where the size are the next two bytes."""
_SHORTEST: Final = 6
"""Bytes of an empty text."""
_RESERVED: Final = 0x70
_RSV1: Final = 0x40
_LONGEST_CONTROL: Final = 125
"""Also the longest payload whose size needs no further bytes."""
_REGISTERED: Final = frozenset({1000, 1001, 1002, 1003, *range(1007, 1015)})
"""Codes below 3000 that a peer may send (7.4, and IANA's registry)."""

_two_numbers: Final = struct.Struct("!HH").unpack_from
_new_utf8_check: Final = codecs.getincrementaldecoder("utf-8")


class Ping(NamedTuple):
    """To be answered by a pong with the same data (5.5.2)."""

    data: bytes


class Pong(NamedTuple):
    """Asks for nothing (5.5.3)."""

    data: bytes


class Closing(NamedTuple):
    """The client's close frame (5.5.1); 1005 where it has no code."""

    code: int
    reason: str


class Failed(NamedTuple):
    """The client broke the protocol: what the connection must be failed with (7.1.7)."""

    code: int
    reason: str


Event = str | bytes | Ping | Pong | Closing | Failed
"""A text is a `str`, a binary message `bytes`."""


class _Violation(Exception):
    """What ends in `Failed`."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.failed = Failed(code, reason)


class _Head(NamedTuple):
    """What stands before a payload (5.2), which has `size` bytes and begins at `start`."""

    first: int
    size: int
    start: int
    key: bytes

    @property
    def opcode(self) -> int:
        return self.first & 0x0F

    @property
    def fin(self) -> bool:
        return self.first >= 0x80


class _Message:
    """A message that has not come as a whole; `left` are the bytes of its present frame that have not come."""

    __slots__ = ("_inflater", "_key", "_limit", "_utf8", "data", "fin", "left")

    def __init__(self, head: _Head, limit: int) -> None:
        self.data = bytearray()
        self._limit = limit
        self._utf8 = _new_utf8_check() if head.opcode == _TEXT else None
        self._inflater = Inflater() if head.first & _RSV1 else None
        self.begin(head)

    def begin(self, head: _Head) -> None:
        """A frame of it begins."""
        self.fin, self.left, self._key = head.fin, head.size, head.key

    def take(self, data: bytes, at: int) -> int:
        """Take what there is of the frame; where the rest begins.

        Raises:
            _Violation: It is text and no UTF-8, or not compressed as agreed, or becomes too large.
        """
        end = min(at + self.left, len(data))
        part = unmask(data[at:end], self._key)
        turn = len(part) % 4
        self._key = self._key[turn:] + self._key[:turn]
        self.left -= len(part)
        if self._inflater is not None:
            part = self._inflated(self._inflater, part)
        if self._utf8 is not None:
            try:
                self._utf8.decode(part, self.is_whole)
            except UnicodeDecodeError:
                raise _Violation(NOT_UTF8, "not UTF-8") from None
        self.data += part
        return end

    @property
    def is_whole(self) -> bool:
        """Whether all of it has come."""
        return self.fin and not self.left

    def finished(self) -> str | bytes:
        """All of it."""
        return bytes(self.data) if self._utf8 is None else self.data.decode()

    def _inflated(self, inflater: Inflater, part: bytes) -> bytes:
        room = self._limit - len(self.data)
        try:
            return inflater.feed(part, room, last=self.is_whole)
        except TooLarge:
            raise _too_large(self._limit) from None
        except NotDeflated:
            raise _Violation(NOT_UTF8, "not compressed as agreed") from None


class Reader:
    """Reads one connection's frames. `limit` are bytes of a message; `deflates`: compressed ones were agreed on."""

    __slots__ = ("_deflates", "_ended", "_limit", "_message", "_rest")

    def __init__(self, limit: int, *, deflates: bool = False) -> None:
        self._limit = limit
        self._deflates = deflates
        self._message: _Message | None = None
        self._rest = b""
        """The beginning of a head, or of a control frame: some 140 bytes at most."""
        self._ended = False

    def feed(self, data: bytes) -> list[Event]:
        """What these bytes bring. It never raises, whatever they are."""
        whole = self.whole_text(data)
        return self.read_on(data) if whole is None else [whole]

    def read_on(self, data: bytes) -> list[Event]:
        """The same, for bytes that are more or less than one text."""
        events: list[Event] = []
        if self._ended:
            return events
        if self._rest:
            data = self._rest + data
        try:
            at = self._read(data, events)
        except _Violation as violation:
            events.append(violation.failed)
            self._ended = True
        if self._ended:
            self._message, self._rest = None, b""
        else:
            self._rest = data[at:]
        return events

    def whole_text(self, data: bytes) -> str | None:
        """The message, where these bytes are one frame with a valid text: nearly every read is. `None`: `read_on`."""
        length = len(data)
        if length < _SHORTEST or self._rest or self._message is not None:
            return None
        begins, size = _two_numbers(data)
        if begins == _MIDDLE_TEXT:
            if length != size + 8 or size <= _LONGEST_CONTROL:
                return None
            masked, key = data[8:], data[4:8]
        else:
            size = begins - _SHORT_TEXT
            if not 0 <= size <= _LONGEST_CONTROL or length != size + 6:
                return None
            masked, key = data[6:], data[2:6]
        if size > self._limit or self._ended:
            return None
        try:
            return unmask(masked, key).decode()
        except UnicodeDecodeError:
            return None

    def _read(self, data: bytes, events: list[Event]) -> int:
        """All that is complete; where the rest begins."""
        at, size = 0, len(data)
        if self._message is not None and self._message.left:
            at = self._go_on(self._message, data, at, events)
        while at < size and not self._ended:
            head = self._head(data, at)
            if head is None:
                break
            end = head.start + head.size
            if head.first & 0x08:
                if end > size:
                    break
                events.append(self._control(head, data[head.start : end]))
                at = end
            elif end <= size and head.first in _WHOLE:
                events.append(_whole(head, data[head.start : end]))
                at = end
            else:
                message = self._begun(head)
                at = self._go_on(message, data, head.start, events)
        return at

    def _head(self, data: bytes, at: int) -> _Head | None:
        """The head that begins there; `None` while it has not come as a whole.

        Raises:
            _Violation: Such a frame may not come here.
        """
        if len(data) - at < 2:
            return None
        first, second = data[at], data[at + 1]
        self._check(first, second)
        size, start = second & 0x7F, at + 2
        if size > _LONGEST_CONTROL:
            start += 2 if size == 126 else 8
            if len(data) < start:
                return None
            size = int.from_bytes(data[at + 2 : start], "big")
        self._check_size(first, size)
        if len(data) < start + 4:
            return None
        return _Head(first, size, start + 4, data[start : start + 4])

    def _check(self, first: int, second: int) -> None:
        """What the first two bytes of a frame tell (5.2, 5.4, 5.5).

        Raises:
            _Violation: They are wrong.
        """
        opcode = first & 0x0F
        if opcode not in _OPCODES:
            raise _Violation(PROTOCOL_ERROR, "unknown opcode")
        begins = opcode != _CONTINUATION and opcode < _CLOSE
        allowed = _RSV1 if self._deflates and begins else 0
        if first & _RESERVED & ~allowed:
            raise _Violation(PROTOCOL_ERROR, "reserved bits")
        if second < 0x80:
            raise _Violation(PROTOCOL_ERROR, "not masked")
        if opcode >= _CLOSE:
            if first < 0x80:
                raise _Violation(PROTOCOL_ERROR, "control frame in fragments")
        elif begins is (self._message is not None):
            words = "unfinished message" if begins else "continuation of nothing"
            raise _Violation(PROTOCOL_ERROR, words)

    def _check_size(self, first: int, size: int) -> None:
        """What the size of a payload tells, before any of it is taken (5.5, 7.4.1).

        Raises:
            _Violation: It is too large.
        """
        if first & 0x08:
            if size > _LONGEST_CONTROL:
                raise _Violation(PROTOCOL_ERROR, "long control frame")
            return
        taken = 0 if self._message is None else len(self._message.data)
        if size > self._limit - taken:
            raise _too_large(self._limit)

    def _begun(self, head: _Head) -> _Message:
        if self._message is None:
            self._message = _Message(head, self._limit)
        else:
            self._message.begin(head)
        return self._message

    def _go_on(
        self, message: _Message, data: bytes, at: int, events: list[Event]
    ) -> int:
        at = message.take(data, at)
        if message.is_whole:
            self._message = None
            events.append(message.finished())
        return at

    def _control(self, head: _Head, masked: bytes) -> Event:
        payload = unmask(masked, head.key)
        if head.opcode == _PING:
            return Ping(payload)
        if head.opcode == _PONG:
            return Pong(payload)
        self._ended = True
        return _closing(payload)


def _whole(head: _Head, masked: bytes) -> str | bytes:
    """A message that came in one frame, at once.

    Raises:
        _Violation: It is text, and no UTF-8.
    """
    payload = unmask(masked, head.key)
    if head.opcode != _TEXT:
        return payload
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise _Violation(NOT_UTF8, "not UTF-8") from None


def _too_large(limit: int) -> _Violation:
    return _Violation(TOO_LARGE, f"more than {limit} bytes")


def _closing(payload: bytes) -> Closing:
    """What a close frame says (5.5.1, 7.4).

    Raises:
        _Violation: It may not say so.
    """
    if not payload:
        return Closing(NO_STATUS, "")
    try:
        reason = payload[2:].decode()
    except UnicodeDecodeError:
        raise _Violation(NOT_UTF8, "not UTF-8") from None
    code = int.from_bytes(payload[:2], "big")
    if len(payload) < 2 or not (code in _REGISTERED or 3000 <= code < 5000):
        raise _Violation(PROTOCOL_ERROR, "not a close code")
    return Closing(code, reason)
