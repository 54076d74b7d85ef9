"""Outcomes of requests and joins as exceptions."""

from typing import Final

from rtgen_runtime.client.conversing import LATE
from rtgen_runtime.client.effects import Lost, RequestSettled
from rtgen_runtime.errors import (
    Disconnected,
    DomainError,
    InvalidPayload,
    OutcomeUnknown,
    RealtimeError,
    RequestFailed,
    RequestTimeout,
)
from rtgen_runtime.frames import ErrorInfo

_UNKNOWN: Final = frozenset({"outcome_unknown", "in_progress"})
"""A server's ways to say that the request, sent again, may or may not have taken effect the first time."""


def answer(
    tag: str, settled: RequestSettled, errors: tuple[type[DomainError], ...]
) -> bytes:
    """The text of a reply.

    Raises:
        DomainError: One of the contract's, where the event declares it.
        RequestFailed: Another one.
        OutcomeUnknown: There is no answer: `RequestTimeout`, `Disconnected`, or the server does not know.
    """
    if settled.payload is not None:
        return settled.payload
    if settled.error is not None:
        raise failure(errors, settled.error)
    if settled.lost is Lost.TIMEOUT:
        raise RequestTimeout(f"{tag}: no answer in time")
    raise Disconnected(f"{tag}: the connection was lost before the answer came")


def not_joined(info: ErrorInfo) -> RealtimeError:
    """Why a join came to nothing; also when no answer came."""
    return RequestTimeout(info.message) if info is LATE else refusal(info)


def refusal(info: ErrorInfo) -> RequestFailed:
    """A server's no, with its words."""
    return RequestFailed(
        info.code, info.message, retryable=info.retryable, data=info.data
    )


def failure(errors: tuple[type[DomainError], ...], info: ErrorInfo) -> Exception:
    """The contract's exception where the event declares it, else one with the server's words."""
    for kind in errors:
        if kind.code == info.code:
            if kind.schema is None:
                return kind.received(None)
            try:
                return kind.received(kind.schema.decode(info.data))
            except InvalidPayload:
                break
    if info.code in _UNKNOWN:
        return OutcomeUnknown(f"{info.code}: {info.message}")
    return refusal(info)
