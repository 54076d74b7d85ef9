"""One old client at the edge: what it sends becomes frames of the newest version, and what it gets frames of its own.

Behind it nobody knows of old versions: a frame is judged by the newest decoder, and an answer finds its request by the
ref that the old client gave it.
"""

from typing import Any, Final

import msgspec
from msgspec import Raw

from rtgen_runtime.answers import error_info
from rtgen_runtime.codecs import Codec
from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.decoding import ClientDecoder, Decoded, RefusedFrame
from rtgen_runtime.errors import Issue
from rtgen_runtime.frames import ErrorInfo, HistoryInfo, Ref, encode_error
from rtgen_runtime.versions.converting import (
    NotConverted,
    converted,
    members_of,
    renamed,
    replaced,
)
from rtgen_runtime.versions.declarations import OldSent, Steps
from rtgen_runtime.versions.phrasebook import Phrasebook

_parts: Final = msgspec.json.Decoder(list[Raw])
_text: Final = msgspec.json.Decoder(str)
_ref: Final = msgspec.json.Decoder(Ref)
_error: Final = msgspec.json.Decoder(ErrorInfo)
_history: Final = msgspec.json.Decoder(HistoryInfo)
_issues: Final = msgspec.json.Decoder(dict[str, list[Issue]])
_encode: Final = msgspec.json.Encoder().encode

_WITH_REF: Final = frozenset(
    {"$join", "$leave", "$history", "$members", "$state", "$auth"}
)
"""What of the protocol's own is answered; all but `$auth` have an address."""
_ANSWERS: Final = frozenset({b"$reply", b"$error", b"$joine", b'$left"', b"$resyn"})
"""Frames for one client that may have to be converted, by the first six bytes of their tags."""

Asked = tuple[str, str]
"""What a ref stands for: the tag as the old client said it, and the address of now."""


class Interpreter:
    """Of one connection. It takes the place of the newest decoder, and of the outbox's codec."""

    __slots__ = ("_asked", "_book", "_codec", "_newest", "_told", "version")

    def __init__(self, book: Phrasebook, newest: ClientDecoder, codec: Codec) -> None:
        self.version = book.old.version
        self._book = book
        self._newest = newest
        self._codec = codec
        self._told = book.packed if codec.is_binary else book.told
        self._asked: dict[int, Asked] = {}
        """Of refs that wait for an answer: the session gives each exactly one."""

    def speaking(self, version: str, codec: Codec) -> "Interpreter":
        """A connection has one version for its life."""
        return self

    def decode(self, data: str | bytes) -> Decoded:
        """A frame as the newest version has it; never raises."""
        try:
            parts = _parts.decode(data)
            tag = _text.decode(parts[0])
        except (ValueError, IndexError, RecursionError):
            return self._newest.decode(data)
        if tag.startswith("$") and tag not in _WITH_REF:
            return self._newest.decode(data)
        try:
            ref = _ref.decode(parts[1])
        except (ValueError, IndexError):
            ref = 0
        address = "" if tag == "$auth" else self._address(parts)
        if ref:
            self._asked.setdefault(ref, (tag, address))
        return self._judged(tag, ref, address, parts)

    def _address(self, parts: list[Raw]) -> str:
        """The address of now, which the frame has from here on; empty where there is none to be read."""
        try:
            old = _text.decode(parts[2])
        except (ValueError, IndexError):
            return ""
        address = self._book.addresses.now(old)
        if address != old:
            parts[2] = Raw(_encode(address))
        return address

    def _judged(self, tag: str, ref: int, address: str, parts: list[Raw]) -> Decoded:
        convert, name = None, tag
        if tag == "$state":
            convert = self._book.presence(address).shown
        elif not tag.startswith("$"):
            sent = self._book.old.sent.get(tag)
            if sent is not None and sent.tag is None:
                return RefusedFrame(ref, ErrorCode.UNKNOWN_EVENT, tag[:128])
            if sent is not None:
                convert, name = sent.payload, sent.tag or tag
        if convert is not None and len(parts) > 3:
            try:
                parts[3] = converted(parts[3], convert)
            except NotConverted as problem:
                self._book.complain(name, problem)
                words = f"does not fit version {self.version} of the contract"
                issue = Issue("", "version", words)
                return RefusedFrame(ref, ErrorCode.INVALID, name, (issue,))
            self._book.counted()
        return self._newest.decode(_encode((name, *parts[1:])))

    def from_json(self, frame: bytes) -> bytes:
        """A frame of the newest version as this client gets it, encoded; nothing for one that it has no use for."""
        if frame[2:3] != b"$" or frame[2:8] == b"$prese":
            return self._told(frame)
        if frame[2:8] in _ANSWERS:
            frame = self._answered(frame)
        return self._codec.from_json(frame)

    def _answered(self, frame: bytes) -> bytes:
        parts = _parts.decode(frame)
        kind = frame[2:8]
        if kind == b"$resyn":
            return self._readdressed(frame, parts, 1)
        asked = self._asked.pop(_ref.decode(parts[1]), None)
        if kind == b'$left"':
            return self._readdressed(frame, parts, 2)
        if kind == b"$error":
            return self._error(frame, parts, asked)
        if kind == b"$joine":
            return self._joined(parts)
        return frame if asked is None else self._reply(frame, parts, *asked)

    def _readdressed(self, frame: bytes, parts: list[Raw], at: int) -> bytes:
        if not self._book.addresses:
            return frame
        parts[at] = Raw(_encode(self._book.addresses.old(_text.decode(parts[at]))))
        return _encode(parts)

    def _joined(self, parts: list[Raw]) -> bytes:
        book, address = self._book, _text.decode(parts[2])
        presence, info = book.presence(address), members_of(parts[3])
        replaced(info, "state", book.state)
        if not presence.known:
            info.pop("presence", None)
        elif "presence" in info and presence.seen is not None:
            listing = members_of(info["presence"])
            book.listed(listing, presence)
            info["presence"] = Raw(_encode(listing))
        old = book.addresses.old(address)
        return _encode((parts[0], parts[1], old, info, *parts[4:]))

    def _reply(self, frame: bytes, parts: list[Raw], tag: str, address: str) -> bytes:
        book = self._book
        if tag == "$history":
            page = _history.decode(parts[2])
            events = book.entries(list(page.events))
            page = msgspec.structs.replace(page, events=tuple(events))
            return _encode((parts[0], parts[1], page))
        if tag == "$members":
            listing = members_of(parts[2])
            book.listed(listing, book.presence(address))
            return _encode((parts[0], parts[1], listing))
        sent = None if tag.startswith("$") else book.old.sent.get(tag)
        if sent is None or sent.reply is None:
            return frame
        try:
            reply = converted(parts[2], sent.reply)
        except NotConverted as problem:
            book.complain(tag, problem)
            return self._failed(parts, tag)
        book.counted()
        return _encode((parts[0], parts[1], reply))

    def _failed(self, parts: list[Raw], tag: str) -> bytes:
        return encode_error(
            _ref.decode(parts[1]), error_info(ErrorCode.INTERNAL, tag=tag)
        )

    def _error(self, frame: bytes, parts: list[Raw], asked: Asked | None) -> bytes:
        info = _error.decode(parts[2])
        book, now = self._book, info.tag
        tag, address = asked or (book.tag(now), "")
        if not now:
            return frame
        sent = book.old.sent.get(tag)
        if sent is not None and info.code in sent.errors:
            info = self._domain(info, sent)
        elif info.code == ErrorCode.INVALID and bytes(info.data):
            info = _explained(info, self._pointer(tag, address, sent))
        return encode_error(
            _ref.decode(parts[1]), msgspec.structs.replace(info, tag=tag)
        )

    def _domain(self, info: ErrorInfo, sent: OldSent) -> ErrorInfo:
        """One of the contract's errors; what the old version does not know is a plain refusal."""
        older = sent.errors[info.code]
        change: Any = msgspec.structs.replace
        if older is not None:
            try:
                data = (
                    converted(info.data, older.data) if bytes(info.data) else info.data
                )
            except NotConverted as problem:
                self._book.complain(info.code, problem)
                return error_info(ErrorCode.INTERNAL, tag=info.tag)
            self._book.counted()
            found: ErrorInfo = change(info, code=older.code, data=data)
            return found
        plain: ErrorInfo = change(info, code=ErrorCode.REFUSED.value, data=Raw())
        return plain

    def _pointer(self, tag: str, address: str, sent: OldSent | None) -> Steps | None:
        """How a place in what was sent is found in what the client had sent."""
        book = self._book
        if tag == "$state":
            return book.presence(address).pointer
        if tag == "$join":
            channel = book.addresses.channel(address)
            if channel is None or not channel.parameters:
                return None
            names = channel.parameters
            return lambda steps: [names.get(each, each) for each in steps]
        return None if sent is None else sent.pointer


def _explained(info: ErrorInfo, steps: Steps | None) -> ErrorInfo:
    if steps is None:
        return info
    data = _issues.decode(info.data)
    data["issues"] = [renamed(each, steps) for each in data["issues"]]
    return msgspec.structs.replace(info, data=Raw(_encode(data)))
