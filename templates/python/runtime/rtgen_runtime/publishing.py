"""`POST /publish`: backends in other languages say something to clients, as handlers would, checked by the contract.

Off unless a token is given; docs/publish.md describes requests and answers.
"""

import hashlib
import hmac
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from rtgen_runtime.app import App
from rtgen_runtime.declarations import Channel, ServerEvent
from rtgen_runtime.errors import (
    InvalidPayload,
    Issue,
    MaybeKept,
    StoreUnavailable,
    TooManyValues,
    UsageError,
)
from rtgen_runtime.frames import ErrorInfo
from rtgen_runtime.outcomes import Outcome, RequestKey
from rtgen_runtime.rooms import Target
from rtgen_runtime.router import Place
from rtgen_runtime.transports.http import HttpRequest, HttpResponse

PATH: Final = "/publish"
SHORTEST_TOKEN: Final = 32
"""Characters."""
WINDOW: Final = 300.0
"""Seconds for which an `Idempotency-Key` is remembered."""
_PATIENCE: Final = 4.0
"""Seconds to wait for a publication with the same key that still runs."""
_LONGEST_KEY: Final = 200
_ENVELOPE: Final = 4096
"""Bytes that a request may have beside its payload."""

_STATUS: Final = {
    "malformed": HTTPStatus.BAD_REQUEST,
    "unknown_address": HTTPStatus.NOT_FOUND,
    "unknown_event": HTTPStatus.NOT_FOUND,
    "invalid": HTTPStatus.UNPROCESSABLE_ENTITY,
    "ref_reused": HTTPStatus.CONFLICT,
    "in_progress": HTTPStatus.CONFLICT,
    "outcome_unknown": HTTPStatus.CONFLICT,
}
"""What is not here is 503: trying again later may help."""


class _To(Struct, frozen=True, forbid_unknown_fields=True):
    session: str | UnsetType = UNSET
    subject: str | UnsetType = UNSET


class _Body(Struct, frozen=True, forbid_unknown_fields=True):
    event: str
    payload: Raw = Raw(b"null")
    address: str | UnsetType = UNSET
    channel: str | UnsetType = UNSET
    params: dict[str, str] = {}
    to: _To | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class _Saying:
    """What is to be said, where and to whom, once it is known to be valid."""

    place: Place
    event: ServerEvent[Any]
    value: object
    target: Target | None


class _Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, code: str, message: str, issues: list[Issue] | None = None):
        super().__init__(message)
        self.code = code
        self.issues = issues or []


class Publisher:
    """Answers `POST /publish` of one app. `token` may be exchanged while it serves."""

    def __init__(self, app: App, token: str) -> None:
        self._app = app
        self._digest = b""
        self.use(token)
        app.routes.add("POST", PATH, self.answer)
        app.routes.most_body = app.contract.limits.frame + _ENVELOPE

    def use(self, token: str) -> None:
        """Accept this token from now on, and no other.

        Raises:
            UsageError: It is too short to be a secret.
        """
        if len(token) < SHORTEST_TOKEN:
            raise UsageError(
                f"the token for {PATH} needs at least {SHORTEST_TOKEN} characters"
            )
        self._digest = _digest(token)

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """One request."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = _digest(token.strip() if scheme.lower() == "bearer" else "")
        if not hmac.compare_digest(given, self._digest):
            words = _error("unauthorized", "a bearer token is needed", [])
            headers = {"www-authenticate": "Bearer"}
            return _json(HTTPStatus.UNAUTHORIZED, words, headers)
        try:
            offset = await self._publish(request)
        except _Refused as refused:
            status = _STATUS.get(refused.code, HTTPStatus.SERVICE_UNAVAILABLE)
            later = {"retry-after": "1"} if status >= 500 else {}
            words = _error(refused.code, str(refused), refused.issues)
            return _json(status, words, later)
        return _json(HTTPStatus.OK, {"offset": offset}, {})

    async def _publish(self, request: HttpRequest) -> int:
        try:
            body = msgspec.json.decode(request.body, type=_Body)
        except (msgspec.DecodeError, RecursionError) as problem:
            raise _Refused("malformed", str(problem)) from None
        place = self._place(body)
        event = _event(place.channel, body.event)
        value = _value(event, bytes(body.payload))
        saying = _Saying(place, event, value, _target(body.to, event))
        key = request.headers.get("idempotency-key", "")
        if not key:
            return await self._say(saying)
        if len(key) > _LONGEST_KEY:
            words = f"Idempotency-Key has more than {_LONGEST_KEY} characters"
            raise _Refused("malformed", words)
        return await self._once(key, body, saying)

    async def _once(self, key: str, body: _Body, saying: _Saying) -> int:
        async def work() -> Outcome:
            try:
                offset = await self._say(saying)
            except _Refused as refused:
                info = ErrorInfo(code=refused.code, message=str(refused))
                return Outcome(error=info, final=False)
            return Outcome(reply=str(offset).encode())

        tag = saying.event.tag
        to = None if isinstance(body.to, UnsetType) else body.to
        content = (tag, saying.place.address, body.payload, to)
        digest = hashlib.blake2b(msgspec.json.encode(content), digest_size=16).digest()
        owner = msgspec.json.encode(["publish", self._app.contract.name, key]).decode()
        outcome = await self._app.once.answer(
            RequestKey(owner, key, digest), tag, WINDOW, _PATIENCE, work
        )
        if outcome.error is not None:
            raise _Refused(outcome.error.code, outcome.error.message)
        return int(outcome.reply)

    async def _say(self, saying: _Saying) -> int:
        hub = self._app.hub
        try:
            if _is_kept(saying.event):
                return await hub.keep(saying.place, saying.event, saying.value)
            hub.emit(saying.place, saying.event, saying.value, saying.target)
        except InvalidPayload as problem:  # too large for a frame
            raise _invalid(problem.issues) from None
        except MaybeKept as problem:
            raise _Refused("outcome_unknown", str(problem)) from None
        except (StoreUnavailable, TooManyValues) as problem:
            raise _Refused("unavailable", str(problem)) from None
        return 0

    def _place(self, body: _Body) -> Place:
        if (body.address is UNSET) == (body.channel is UNSET):
            raise _Refused(
                "malformed", "name an `address`, or a `channel` with `params`"
            )
        if isinstance(body.address, str):
            found = self._app.place(body.address)
            where = "/address"
        else:
            found = self._app.place_of(str(body.channel), body.params)
            where = "/params"
        if isinstance(found, Place):
            return found
        if found is None:
            raise _Refused("unknown_address", "no channel has this address")
        raise _invalid(found, where)


def _event(channel: Channel, name: str) -> ServerEvent[Any]:
    for event in channel.events:
        if isinstance(event, ServerEvent) and event.tag == f"{channel.name}.{name}":
            return event
    raise _Refused("unknown_event", f"{channel.name} has no such event from the server")


def _is_kept(event: ServerEvent[Any]) -> bool:
    return event.recorded or event.latest is not None


def _value(event: ServerEvent[Any], payload: bytes) -> object:
    try:
        value: object = event.payload.decode(payload)
    except InvalidPayload as problem:
        raise _invalid(problem.issues) from None
    return value


def _target(to: _To | UnsetType, event: ServerEvent[Any]) -> Target | None:
    if isinstance(to, UnsetType):
        return None
    if (to.session is UNSET) == (to.subject is UNSET):
        raise _Refused("malformed", "`to` names a `session` or a `subject`")
    if _is_kept(event):
        words = f"{event.tag} is kept for everybody: it can't go to some"
        raise _Refused("malformed", words)
    return Target(session=to.session or None, subject=to.subject or None)


def _invalid(issues: list[Issue], where: str = "/payload") -> _Refused:
    there = [Issue(where + each.pointer, each.code, each.message) for each in issues]
    return _Refused("invalid", "the request breaks the contract", there)


def _error(code: str, message: str, issues: list[Issue]) -> dict[str, object]:
    more = {"issues": issues} if issues else {}
    return {"error": {"code": code, "message": message, **more}}


def _json(status: int, value: object, headers: dict[str, str]) -> HttpResponse:
    body = msgspec.json.encode(value) + b"\n"
    return HttpResponse(int(status), body, "application/json", headers)


def _digest(token: str) -> bytes:
    """So that comparing takes the same time whatever was sent, its length included."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
