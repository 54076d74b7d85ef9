"""Debug mode: what goes over the wire, why a frame was refused and what to change, and which handler is in the way."""

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from rtgen_runtime.codecs import Codec
from rtgen_runtime.connection import Connection
from rtgen_runtime.declarations import Contract
from rtgen_runtime.decoding import Decoded
from rtgen_runtime.frames import ErrorInfo
from rtgen_runtime.identity import Handshake
from rtgen_runtime.observing.advice import ADVICE, BY_TABLE, DECLARED
from rtgen_runtime.observing.journal import Journal
from rtgen_runtime.observing.observer import Watching
from rtgen_runtime.observing.pictures import Pictures
from rtgen_runtime.observing.stepping import timed
from rtgen_runtime.observing.tally import Tally
from rtgen_runtime.observing.unawaited import watched
from rtgen_runtime.router import Router
from rtgen_runtime.session import Session
from rtgen_runtime.transitions import Phase, Rule
from rtgen_runtime.transports.interface import Link
from rtgen_runtime.unpacking import NotPacked, unpack
from rtgen_runtime.versions.interpreter import Interpreter

if TYPE_CHECKING:
    from rtgen_runtime.app import App

S = TypeVar("S")

BLOCKING: Final = 0.1
"""Seconds without an `await` after which a handler is said to block the event loop."""
SLOW: Final = 1.0
"""Seconds after which a handler is said to be slow."""

_logger: Final = logging.getLogger("rtgen.debug")


class Debug:
    """Of one app."""

    def __init__(self, contract: Contract, router: Router) -> None:
        self._contract = contract
        self._router = router
        self._kinds: dict[type[Any], type[Any]] = {}
        _logger.warning(
            "DEBUG MODE IS ON: payloads are written to the log. Never run production like this."
        )

    def observer(self, connection: str, tally: Tally, journal: Journal) -> "Explaining":
        """For one connection."""
        pictures = Pictures(self._contract, self._router)
        return Explaining(connection, tally, journal, pictures)

    def handler(
        self, name: str, handle: Callable[[Any], object]
    ) -> Callable[[Any], object]:
        """A call that tells when it blocks the event loop, or takes long."""

        def step(seconds: float) -> None:
            if seconds >= BLOCKING:
                words = "%s blocked the event loop for %.2f s: nobody was served. Await, or use a thread."
                _logger.warning(words, name, seconds)

        def whole(seconds: float) -> None:
            if seconds >= SLOW:
                words = "%s took %.2f s; what the same client sends to this address waits for it."
                _logger.warning(words, name, seconds)

        return timed(handle, step, whole)

    def watched(self, kind: type[S]) -> type[S]:
        """The class of a context, made to tell of emits that nobody awaits."""

        def tell(name: str, place: str) -> None:
            words = "`%s` was not awaited in %s: nothing was kept and nothing was sent."
            _logger.warning(words, name, place)

        if kind not in self._kinds:
            self._kinds[kind] = watched(kind, tell)
        return self._kinds[kind]


class Explaining(Watching):
    """Shows frames, and explains refusals."""

    __slots__ = ("_pictures", "_row")

    def __init__(
        self, connection: str, tally: Tally, journal: Journal, pictures: Pictures
    ) -> None:
        super().__init__(connection, tally, journal)
        self._pictures = pictures
        self._row: tuple[str, Phase, Rule] | None = None

    def speaks_older(self) -> None:
        """The client speaks an older version of the contract."""
        self._pictures.is_older = True

    def show(self, frame: str | bytes | None, *, incoming: bool) -> None:
        """Write a frame into the log; `None` for one that can't be decoded."""
        if _logger.isEnabledFor(logging.INFO):
            picture = "not a frame"
            if frame is not None:
                picture = self._pictures.of(frame, incoming=incoming)
            direction = "←" if incoming else "→"
            _logger.info("%s %s %s", self.connection, direction, _on_one_line(picture))

    def came(self, decoded: Decoded, phase: Phase, rule: Rule) -> None:
        """Keep in mind which row of the table it was."""
        super().came(decoded, phase, rule)
        self._row = type(decoded).__name__, phase, rule

    def refused(self, info: ErrorInfo) -> None:
        """Say why, and what to change."""
        super().refused(info)
        explained = _on_one_line("; ".join(self._explained(info)))
        _logger.warning("%s %s", self.connection, explained)

    def _explained(self, info: ErrorInfo) -> list[str]:
        found = [f"{info.tag or 'a frame'} was refused: {info.code}: {info.message}"]
        if info.code in BY_TABLE and self._row is not None:
            kind, phase, rule = self._row
            found.append(f"by the row ({phase.name}, {kind}): {rule.name}")
        found += [f"at {pointer}: {words}" for pointer, words in _issues(info)]
        advice = ADVICE.get(info.code, DECLARED)
        return [*found, f"to do: {advice}"]


class ShownConnection(Connection):
    """A connection whose frames are shown."""

    def __init__(
        self, app: "App", session: Session, link: Link, handshake: Handshake
    ) -> None:
        self._shown, self._codec = session.observer, session.codec
        if isinstance(self._shown, Explaining):
            link = ShowingLink(link, self._shown, self._codec)
        super().__init__(app, session, link, handshake)

    def receive(self, data: str | bytes) -> None:
        """Show a message, then act on it."""
        if isinstance(self._shown, Explaining):
            is_right = isinstance(data, bytes) is self._codec.is_binary
            text = self._codec.to_json(data) if is_right else None
            self._shown.show(text, incoming=True)
        super().receive(data)
        if isinstance(self._shown, Explaining) and isinstance(
            self._session.decoder, Interpreter
        ):
            self._shown.speaks_older()


class ShowingLink:
    """A link whose frames are shown as they are written."""

    def __init__(self, link: Link, observer: Explaining, codec: Codec) -> None:
        self._link = link
        self._observer = observer
        self._codec = codec

    def write(self, frames: Sequence[bytes]) -> None:
        """Show them, and write them."""
        for frame in frames:
            self._observer.show(_json(self._codec, frame), incoming=False)
        self._link.write(frames)

    def buffered(self) -> int:
        """The link's."""
        return self._link.buffered()

    def close(self, code: int, reason: str) -> None:
        """Say so, and close."""
        _logger.info("%s → close %d %s", self._observer.connection, code, reason)
        self._link.close(code, reason)


def _json(codec: Codec, frame: bytes) -> bytes | None:
    if not codec.is_binary:
        return frame
    try:
        return msgspec.json.encode(unpack(frame))
    except (NotPacked, ValueError, OverflowError, RecursionError):
        return None


def _on_one_line(text: str) -> str:
    """What clients chose can neither begin a line nor command a terminal."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def _issues(info: ErrorInfo) -> list[tuple[str, str]]:
    if info.code != "invalid" or not bytes(info.data):
        return []
    issues: Any = msgspec.json.decode(info.data)["issues"]
    return [(each["pointer"] or "(root)", each["message"]) for each in issues]
