"""`GET /health` and `GET /ready`, for what starts, watches and balances servers."""

from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from rtgen_runtime.transports.http import HttpRequest, HttpResponse, Routes

OK: Final = "ok"
_FINE: Final = HttpResponse(200, b"ok\n")


class Impaired(NamedTuple):
    """Something that a server needs is away; `serves`: some of what it does goes on."""

    words: str
    serves: bool


class Readiness(NamedTuple):
    """Whether new clients are welcome, and how it stands in words."""

    is_ready: bool
    words: str


class Alive(Protocol):
    """What is asked: see `Life`."""

    impaired: Callable[[], Impaired | None]

    def why_not_ready(self) -> str:
        """Why new clients should go elsewhere; empty when they are welcome."""


def readiness(life: Alive) -> Readiness:
    """How it stands now."""
    why = life.why_not_ready()
    if why:
        return Readiness(is_ready=False, words=why)
    impaired = life.impaired()
    if impaired is not None:
        return Readiness(impaired.serves, impaired.words)
    return Readiness(is_ready=True, words=OK)


def add_health(routes: Routes, life: Alive) -> None:
    """Serve both. Health says that the process answers; readiness, that new clients are welcome, else why not.

    What is impaired stands in both, and is no reason to end the process.
    """

    def healthy(_: HttpRequest) -> HttpResponse:
        impaired = life.impaired()
        if impaired is None:
            return _FINE
        return HttpResponse(200, f"{OK}\n{impaired.words}\n".encode())

    def ready(_: HttpRequest) -> HttpResponse:
        is_ready, words = readiness(life)
        return HttpResponse(200 if is_ready else 503, f"{words}\n".encode())

    routes.add("GET", "/health", healthy)
    routes.add("GET", "/ready", ready)
