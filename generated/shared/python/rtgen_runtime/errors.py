"""Errors by whose fault they are: the caller's (`UsageError`), the payload's (`InvalidPayload`), the domain's."""

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from msgspec import Raw, Struct

if TYPE_CHECKING:
    from rtgen_runtime.validation import Schema

T = TypeVar("T")


class RealtimeError(Exception):
    """The root of everything this runtime raises."""


class UsageError(RealtimeError):
    """The program that uses the runtime did something it may not: fix the program."""


class MissingHandlers(UsageError):
    """A server can't start because something of the contract has no handler; `names` says what."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__("no handler for " + ", ".join(names))
        self.names = names


class Issue(Struct, frozen=True):
    """One thing wrong with a value: where (a JSON pointer), which keyword of the schema, and in words."""

    pointer: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or '(root)'}: {self.message}"


class InvalidPayload(RealtimeError):
    """A value breaks the contract. Raised in whoever made it, before anything was sent."""

    def __init__(self, subject: str, issues: list[Issue]) -> None:
        super().__init__(f"{subject}: " + "; ".join(str(issue) for issue in issues[:3]))
        self.subject = subject
        self.issues = issues


class CannotOpenStore(RealtimeError):
    """A store can't be used: the message says which, and why."""


class StoreUnavailable(RealtimeError):
    """A store can't keep or read something now. Nothing was kept, and nothing sent; trying again may help."""

    retryable: ClassVar[bool] = True


class MaybeKept(StoreUnavailable):
    """A store was told to keep something, and did not say whether it has: it may be kept and told to others, or not."""

    retryable: ClassVar[bool] = False


class TooManyOutcomes(RealtimeError):
    """More requests are remembered than a store takes; after a while there is room again."""


class TooManyValues(RealtimeError):
    """A `latest` event has too many keys, or too large values, for one join to give all. Nothing was kept or sent."""


class Refused(RealtimeError):
    """Raise it in `join` to keep a client out of a channel. `again` says whether trying later may help."""

    def __init__(self, message: str = "", *, again: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.again = again


class DomainError(RealtimeError):
    """Base of the contract's errors: raise one in a handler, and the client gets it typed."""

    code: ClassVar[str]
    message: ClassVar[str] = ""
    retryable: ClassVar[bool] = False
    schema: "ClassVar[Schema[Any] | None]" = None
    """Of the data it carries, if any."""

    def __init__(self, raw_data: object = None) -> None:
        super().__init__(self.message or self.code)
        self.raw_data: Any = raw_data

    def data_as(self, _schema: "Schema[T]") -> T:
        """The data, as the schema's type."""
        data: T = self.raw_data
        return data

    @classmethod
    def received(cls, raw_data: object) -> Self:
        """The error as a client got it; a subclass's `__init__` takes the data apart, this does not."""
        error = cls.__new__(cls)
        DomainError.__init__(error, raw_data)
        return error


class RequestFailed(RealtimeError):
    """At a client: the server answered a request or a join with an error that is not in the contract."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retryable: bool = False,
        data: Raw | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.retryable = retryable
        self.data = data


class NotConnected(RealtimeError):
    """At a client: the channel is not joined at the moment. Nothing was sent."""


class OutcomeUnknown(RealtimeError):
    """At a client: no answer came. The server may or may not have acted."""


class RequestTimeout(OutcomeUnknown):
    """No answer came in time."""


class Disconnected(OutcomeUnknown):
    """The connection was lost before the answer came."""


class HistoryChanged(RealtimeError):
    """At a client: the offsets of a history started over while it was being read. Begin again."""


class ConnectionClosed(RealtimeError):
    """At a client: the connection is closed for good; `code` and `reason` are those of the close."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}".strip())
        self.code = code
        self.reason = reason
