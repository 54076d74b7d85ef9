"""Who looks over a connection's shoulder: a session tells what came and what it refused, and knows no more about it."""

from msgspec import Struct

from rtgen_runtime.decoding import Decoded, EventFrame, Ignored, RefusedFrame
from rtgen_runtime.frames import ErrorInfo, HelloInfo
from rtgen_runtime.observing.deprecated import Uses
from rtgen_runtime.observing.journal import Journal
from rtgen_runtime.observing.tally import Tally
from rtgen_runtime.transitions import Phase, Rule


class Observer:
    """Of one connection; this one sees nothing."""

    __slots__ = ("uses",)

    def __init__(self) -> None:
        self.uses: Uses | None = None
        """Looks for what is going away, where the contract has such things."""

    @property
    def connection(self) -> str:
        """The connection's own name, which stays the same when its client gets back an older session."""
        return ""

    def came(self, decoded: Decoded, phase: Phase, rule: Rule) -> None:
        """A frame was read in a phase, and a rule of the table says what follows."""

    def refused(self, info: ErrorInfo) -> None:
        """A frame gets an error for an answer."""

    def unserved(self, hello: HelloInfo) -> None:
        """A client speaks a contract, or a version of it, that is not served here."""

    def pong(self, seconds: float | None) -> None:
        """A ping was answered after so many seconds; `None`: a pong that answers none."""


class Watching(Observer):
    """Counts, and writes into the log."""

    __slots__ = ("_connection", "_journal", "_tally")

    def __init__(self, connection: str, tally: Tally, journal: Journal) -> None:
        super().__init__()
        self._connection = connection
        self._tally = tally
        self._journal = journal

    @property
    def connection(self) -> str:
        """Its name."""
        return self._connection

    def came(self, decoded: Decoded, phase: Phase, rule: Rule) -> None:
        """By event."""
        if isinstance(decoded, EventFrame):
            self._tally.received[decoded.event.tag] += 1
        else:
            self._tally.received[self._tag(decoded)] += 1
        if self.uses is not None:
            self.uses.came(decoded, phase)

    def refused(self, info: ErrorInfo) -> None:
        """By event and code."""
        self._tally.error(info)
        self._journal.refused(self._connection, info)

    def unserved(self, hello: HelloInfo) -> None:
        """In the log, since somebody has to bring that client up to date."""
        self._journal.unserved(self._connection, hello.contract, hello.version)

    def pong(self, seconds: float | None) -> None:
        """As a histogram."""
        if seconds is not None:
            self._tally.pings.observe(seconds)

    def _tag(self, decoded: Struct) -> str:
        if isinstance(decoded, RefusedFrame | Ignored):
            return self._tally.known(decoded.tag)
        return str(type(decoded).__struct_config__.tag)
