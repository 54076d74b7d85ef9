"""The small contract with `auth`, tokens for it, and sessions that have come through the door."""

import dataclasses
import json
from typing import Any, Final

import jwt
import msgspec
from msgspec import Struct
from rtgen_runtime.declarations import Auth, Contract
from rtgen_runtime.effects import Authenticate, Effect
from rtgen_runtime.identity import AuthUnavailable, Handshake, Identity, NotAuthenticated
from rtgen_runtime.session import Session
from rtgen_runtime.validation import Schema
from small_conversation import CONTRACT, HELLO, session

NOW: Final = 1_700_000_000.0
SECRET: Final = b"0123456789abcdef0123456789abcdef"


class Claims(Struct, kw_only=True):
    """What tokens say."""

    sub: str
    role: str = "reader"


_DOCUMENTS: Final[dict[str, object]] = {
    "Claims": {
        "type": "object",
        "required": ["sub"],
        "properties": {"sub": {"type": "string"}, "role": {"enum": ["reader", "writer"]}},
    }
}
CLAIMS: Final[Schema[Claims]] = Schema("Claims", Claims, _DOCUMENTS, judged=True)

CLOSED_DOOR: Final[Contract] = dataclasses.replace(CONTRACT, auth=Auth(jwt=True, claims=CLAIMS))
OPEN_DOOR: Final[Contract] = dataclasses.replace(CONTRACT, auth=Auth(jwt=True, claims=CLAIMS, anonymous=True))

ADA: Final = Identity("ada", Claims(sub="ada"), ttl=60.0, issued=NOW)
BOB: Final = Identity("bob", Claims(sub="bob"), ttl=60.0, issued=NOW)


class Register:
    """An authenticator that knows tokens by heart."""

    def __init__(self, **known: Identity) -> None:
        self.known = known
        self.asked: list[tuple[str | None, Handshake]] = []
        self.away = False

    async def authenticate(self, token: str | None, handshake: Handshake) -> Identity:
        self.asked.append((token, handshake))
        if self.away:
            raise AuthUnavailable("gone fishing")
        if token is None or token not in self.known:
            raise NotAuthenticated("unknown")
        return self.known[token]


def plain(subject: str, ttl: float | None = 60.0, **more: Any) -> Identity:
    """What an authenticator says, with claims as plain JSON."""
    issued = more.pop("issued", NOW)
    return Identity(subject, {"sub": subject, **more}, ttl, issued, token_id=f"{subject}-1")


def token(key: Any = SECRET, algorithm: str = "HS256", headers: dict[str, Any] | None = None, **claims: Any) -> str:
    """A token that is good at `NOW`, but for what is given; a claim of `...` is left out."""
    told = {"sub": "ada", "iat": NOW, "exp": NOW + 300, "iss": "https://id.example", "aud": "small", **claims}
    return jwt.encode({name: each for name, each in told.items() if each is not ...}, key, algorithm, headers)


def hello(**more: Any) -> str:
    """A hello with more in it."""
    return json.dumps(["$hello", {**HELLO[1], **more}])


def asking(contract: Contract = CLOSED_DOOR, **more: Any) -> tuple[Session, list[Effect]]:
    """A session whose token is being looked at."""
    it = session(contract=contract)
    effects = it.receive(hello(token="t", **more), 0.0)
    assert isinstance(effects[-1], Authenticate)
    return it, effects


def known(identity: Identity = ADA, **more: Any) -> Session:
    """A session that is welcome as somebody."""
    it, _ = asking(**more)
    it.identified(0, identity, 0.0)
    return it


def welcome_of(effects: list[Effect]) -> dict[str, Any]:
    """What the welcome among effects says."""
    frames = [msgspec.json.decode(each.frame) for each in effects if hasattr(each, "frame")]
    (info,) = [frame[1] for frame in frames if frame[0] == "$welcome"]
    told: dict[str, Any] = info
    return told
