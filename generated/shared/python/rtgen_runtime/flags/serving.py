"""`GET /flags` and `POST /flags`: an operator sees how flags are set, and sets them. Off unless a token is given.

docs/flags.md describes requests and answers.
"""

import hashlib
import hmac
from http import HTTPStatus
from typing import Final

import msgspec
from msgspec import UNSET, Struct, UnsetType

from rtgen_runtime.app import App
from rtgen_runtime.errors import UsageError
from rtgen_runtime.flags.switchboard import Setting
from rtgen_runtime.transports.http import HttpRequest, HttpResponse

PATH: Final = "/flags"
SHORTEST_TOKEN: Final = 32
"""Characters."""
_MOST_BODY: Final = 16_384


class _Body(Struct, frozen=True, forbid_unknown_fields=True):
    flag: str
    percent: float | UnsetType = UNSET
    variants: dict[str, float] | UnsetType = UNSET
    killed: bool | UnsetType = UNSET
    reset: bool = False


class Operator:
    """Answers for one app. `token` may be exchanged while it serves."""

    def __init__(self, app: App, token: str) -> None:
        self._app = app
        self._digest = b""
        self.use(token)
        app.routes.add("GET", PATH, self.answer)
        app.routes.add("POST", PATH, self.answer)
        app.routes.most_body = max(app.routes.most_body, _MOST_BODY)

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

    def answer(self, request: HttpRequest) -> HttpResponse:
        """One request."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = _digest(token.strip() if scheme.lower() == "bearer" else "")
        if not hmac.compare_digest(given, self._digest):
            words = _error("unauthorized", "a bearer token is needed")
            headers = {"www-authenticate": "Bearer"}
            return _json(HTTPStatus.UNAUTHORIZED, words, headers)
        if request.method != "POST":
            settings = self._app.flags.board.settings.values()
            return _json(
                HTTPStatus.OK, {"flags": [self._shown(each) for each in settings]}
            )
        try:
            body = msgspec.json.decode(request.body, type=_Body)
        except (msgspec.DecodeError, RecursionError) as problem:
            return _json(HTTPStatus.BAD_REQUEST, _error("malformed", str(problem)))
        if body.flag not in self._app.flags.board.settings:
            unknown = _error("unknown_flag", f"there is no flag {body.flag!r}")
            return _json(HTTPStatus.NOT_FOUND, unknown)
        try:
            setting = self._set(body)
        except UsageError as problem:
            refused = _error("invalid", str(problem))
            return _json(HTTPStatus.UNPROCESSABLE_ENTITY, refused)
        return _json(HTTPStatus.OK, self._shown(setting))

    def _set(self, body: _Body) -> Setting:
        board = self._app.flags.board
        if body.reset:
            return board.reset(body.flag)
        return board.set(
            body.flag,
            percent=None if body.percent is UNSET else body.percent,
            variants=None if body.variants is UNSET else body.variants,
            killed=None if body.killed is UNSET else body.killed,
        )

    def _shown(self, setting: Setting) -> dict[str, object]:
        flag = setting.flag
        weights = {each.name: each.weight for each in setting.variants}
        return {
            "flag": flag.name,
            "description": flag.description,
            "percent": setting.percent,
            **({"variants": weights} if weights else {}),
            "default": flag.off,
            "killed": setting.killed,
            "set": self._app.flags.board.is_set(flag.name),
        }


def _error(code: str, message: str) -> dict[str, object]:
    return {"error": {"code": code, "message": message}}


def _json(
    status: HTTPStatus, value: object, headers: dict[str, str] | None = None
) -> HttpResponse:
    body = msgspec.json.encode(value) + b"\n"
    return HttpResponse(int(status), body, "application/json", headers or {})


def _digest(token: str) -> bytes:
    """So that comparing takes the same time whatever was sent, its length included."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
