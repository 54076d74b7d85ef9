"""How requests went, between servers of several versions: each keeps it as older ones have it, too."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from rtgen_runtime.answers import error_info
from rtgen_runtime.codes import ErrorCode
from rtgen_runtime.declarations import Contract, RequestEvent
from rtgen_runtime.frames import ErrorInfo
from rtgen_runtime.outcomes import Outcome, refused
from rtgen_runtime.versions.choosing import older
from rtgen_runtime.versions.converting import NotConverted, converted
from rtgen_runtime.versions.declarations import OldKept, OldSent
from rtgen_runtime.versions.older import meant_for
from rtgen_runtime.versions.past import Past, complain, fits

_SPOKEN: Final = b"V"
"""What is kept begins so where older versions have it otherwise."""

_spoken: Final = msgspec.msgpack.Decoder(tuple[bytes, dict[str, bytes]])
_encode: Final = msgspec.msgpack.Encoder().encode


class Answered:
    """Of one contract."""

    def __init__(self, contract: Contract) -> None:
        self._contract: Final = contract
        self.is_another: Final = Past(contract).is_another

    def kept(self, tag: str, outcome: Outcome) -> bytes:
        """How a request went, as a store keeps it."""
        plain, forms = outcome.stored(), dict(self._forms(tag, outcome))
        return _SPOKEN + _encode((plain, forms)) if forms else plain

    def read(self, version: str, tag: str, kept: bytes) -> Outcome:
        """How a request went that a server of some version has answered. What can't be told is `outcome_unknown`."""
        if kept.startswith(_SPOKEN):
            kept, forms = _spoken.decode(kept[1:])
            mine = meant_for(self._contract, forms)
            if mine is not None:
                return self._later(tag, Outcome.restored(mine))
        outcome = Outcome.restored(kept)
        old = older(self._contract, version) if version else None
        if old is None:
            is_later = self.is_another(version)
            return self._later(tag, outcome) if is_later else outcome
        known = next((each for each in old.kept.values() if each.tag == tag), None)
        if known is None:
            return outcome
        try:
            if outcome.error is None:
                return Outcome(reply=bytes(converted(outcome.reply, known.reply)))
            return Outcome(error=_error(known, tag, outcome.error))
        except NotConverted as problem:
            complain(tag, old, problem)
            return refused(ErrorCode.OUTCOME_UNKNOWN, tag)

    def _forms(self, tag: str, outcome: Outcome) -> Iterator[tuple[str, bytes]]:
        """The outcome by older versions, where it is another one there."""
        for old in self._contract.versions:
            sent = next((each for each in old.sent.values() if each.tag == tag), None)
            if sent is None:
                continue
            try:
                form = _told(sent, outcome)
            except NotConverted as problem:
                complain(tag, old, problem)
                continue
            if form is not outcome:
                yield old.version, form.stored()

    def _later(self, tag: str, outcome: Outcome) -> Outcome:
        """Of a request that a newer process has answered: as it is, if that is an answer here."""
        _, event = self._contract.events.get(tag, (None, None))
        is_known = isinstance(event, RequestEvent) and _is_answer(event, outcome)
        if not is_known:
            return refused(ErrorCode.OUTCOME_UNKNOWN, tag)
        if outcome.error is None:
            return outcome
        return Outcome(error=msgspec.structs.replace(outcome.error, tag=tag))


def _is_answer(event: RequestEvent[Any, Any], outcome: Outcome) -> bool:
    error = outcome.error
    if error is None:
        return fits(event.reply, outcome.reply)
    if error.code == ErrorCode.REFUSED:
        return True
    kind = next((each for each in event.errors if each.code == error.code), None)
    if kind is None:
        return False
    return kind.schema is None or fits(kind.schema, bytes(error.data))


def _told(sent: OldSent, outcome: Outcome) -> Outcome:
    """As clients of an older version are told."""
    info = outcome.error
    if info is None:
        if sent.reply is None:
            return outcome
        return Outcome(reply=bytes(converted(outcome.reply, sent.reply)))
    if info.code not in sent.errors:
        return outcome
    known = sent.errors[info.code]
    if known is None:
        return Outcome(error=error_info(ErrorCode.REFUSED, info.message, tag=info.tag))
    data = converted(info.data, known.data) if bytes(info.data) else info.data
    changed: ErrorInfo = msgspec.structs.replace(info, code=known.code, data=data)
    return Outcome(error=changed)


def _error(kept: OldKept, tag: str, info: ErrorInfo) -> ErrorInfo:
    """A remembered error; one that there is no more is a plain refusal."""
    if info.code not in kept.errors:
        found: ErrorInfo = msgspec.structs.replace(info, tag=tag)
        return found
    known = kept.errors[info.code]
    if known is None:
        return error_info(ErrorCode.REFUSED, info.message, tag=tag)
    data = converted(info.data, known.data) if bytes(info.data) else info.data
    changed: ErrorInfo = msgspec.structs.replace(
        info, code=known.code, data=data, tag=tag
    )
    return changed
