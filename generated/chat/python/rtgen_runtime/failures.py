"""How what a handler raises travels: the contract's errors as they are, all else as an id that stands in the log."""

import logging
import secrets
from typing import Final

from msgspec import Raw

from rtgen_runtime import codes
from rtgen_runtime.answers import error_info
from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.declarations import ClientEvent, RequestEvent
from rtgen_runtime.errors import (
    DomainError,
    InvalidPayload,
    MaybeKept,
    Refused,
    StoreUnavailable,
)
from rtgen_runtime.frames import ErrorInfo
from rtgen_runtime.observing.away import tell_away
from rtgen_runtime.observing.records import Told

_logger: Final = logging.getLogger("rtgen")


def failure(
    error: BaseException, tag: str, event: ClientEvent | None, session: str = ""
) -> ErrorInfo:
    """The answer to a call that raised; `event` is `None` for joins and presence, which declare no errors.

    `session` is whose call it was, for the log.
    """
    if isinstance(error, Refused):
        return ErrorInfo(
            code=ErrorCode.REFUSED,
            message=error.message or codes.MESSAGES[ErrorCode.REFUSED],
            retryable=error.again,
            tag=tag,
        )
    if isinstance(error, StoreUnavailable):
        tell_away(error, event=tag, session=session)
        is_open = isinstance(error, MaybeKept) and isinstance(event, RequestEvent)
        code = ErrorCode.OUTCOME_UNKNOWN if is_open else ErrorCode.UNAVAILABLE
        return error_info(code, tag=tag)
    known = _domain(event, error)
    return _internal(error, tag, session) if known is None else known


def _domain(event: ClientEvent | None, error: BaseException) -> ErrorInfo | None:
    """One of the contract's errors; `None` for a failure, such as an error the event does not declare."""
    if (
        not isinstance(error, DomainError)
        or not isinstance(event, RequestEvent)
        or type(error) not in event.errors
    ):
        return None
    data = Raw()
    if error.schema is not None:
        try:
            data = Raw(error.schema.encode(error.raw_data))
        except InvalidPayload:
            return None
    return ErrorInfo(
        code=error.code,
        message=str(error),
        retryable=error.retryable,
        data=data,
        tag=event.tag,
    )


def _internal(error: BaseException, tag: str, session: str) -> ErrorInfo:
    incident = secrets.token_hex(4)
    told = Told("handler failed", event=tag, incident=incident, session=session)
    _logger.error(told, exc_info=error)
    return error_info(ErrorCode.INTERNAL, f"the server failed ({incident})", tag=tag)
