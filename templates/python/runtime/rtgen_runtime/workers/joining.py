"""How one process takes part: what it keeps is the exchange's, and what it says of itself is about all workers."""

import socket

from rtgen_runtime.app import App
from rtgen_runtime.auth.revocation import MemoryRevocations, Revocation
from rtgen_runtime.broker.words import Arrived, Control, Disconnect, Switched
from rtgen_runtime.bus.branch import Branch
from rtgen_runtime.bus.messages import Begin, Gather, Revoke, Revoked, Subject
from rtgen_runtime.bus.presence import BusPresence
from rtgen_runtime.bus.store import BusStore
from rtgen_runtime.codes import CloseCode
from rtgen_runtime.errors import UsageError
from rtgen_runtime.health import OK, readiness
from rtgen_runtime.observing.exposition import metrics_text
from rtgen_runtime.presence.interface import PresenceStore
from rtgen_runtime.transports.http import HttpRequest, HttpResponse
from rtgen_runtime.versions.showing import SpokenPresence
from rtgen_runtime.workers.scraping import merged

READY = "ready"


async def join(
    app: App, branch: Branch, end: socket.socket, *, keeps: bool = True
) -> None:
    """Before anything is served. Stores of presence and revocations that the app was made with stay as they are.

    Where the exchange does not keep anything, since the app has a store for all nodes, it is asked about workers only.

    Raises:
        UsageError: The app was made with a store of its own.
        StoreUnavailable: The exchange has hung up.
    """
    if not keeps:
        await branch.start(end)
        _speak_for_all(app, branch)
        return
    if app.has_store:
        words = "create_app() gives the app a store of its own, which only one process can have: say --store instead"
        raise UsageError(words)
    begin = await branch.start(end)
    app.use_store(BusStore(branch.asking, begin.session_key), branch)
    if not app.has_presence:
        app.board.use(spoken_presence(app, BusPresence(branch)))
    app.hub.heard = Heard(app)
    app.arrivals.tell = branch.control
    if isinstance(app.revocations, MemoryRevocations):
        _share_revocations(app.revocations, branch, begin)
    for each in begin.switched:
        app.flags.board.hear(each)
    _speak_for_all(app, branch)


def spoken_presence(app: App, store: PresenceStore) -> PresenceStore:
    """A store of several processes, which may be of different versions."""
    refuse = app.hub.refusals.note
    return SpokenPresence(store, app.contract, app.presence_of, refuse)


class Heard:
    """What other workers say about connections."""

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, control: Control) -> None:
        """Do it here too."""
        match control:
            case Disconnect(code, name, reason, session, subject):
                close = CloseCode(code, name, reason)
                self._app.disconnect_here(session, subject, close)
            case Switched():
                self._app.flags.board.hear(control)
            case Arrived() if not self._app.life.is_draining:
                self._app.arrivals.arrived_elsewhere(control)
            case _:  # the client was asked to go there, and ends what it has left
                pass


def _share_revocations(
    revocations: MemoryRevocations, branch: Branch, begin: Begin
) -> None:
    async def tell(revocation: Revocation) -> None:
        told = Revoke(revocation.kind, revocation.value, revocation.at)
        await branch.asking.ask(told, None)

    def heard(revoked: Revoked) -> None:
        revocations.hear(_revocation(revoked.revocation))

    revocations.tell = tell
    branch.on_revoked = heard
    for each in begin.revocations:
        revocations.hear(_revocation(each))


def _revocation(told: Revoke) -> Revocation:
    return Revocation(told.kind, told.value, told.at)


def _speak_for_all(app: App, branch: Branch) -> None:
    """`GET /metrics` and `GET /ready`, whichever worker is asked."""

    own = app.exposition

    def about(subject: Subject) -> str:
        if subject == "metrics":
            said = own()
            return said if isinstance(said, str) else metrics_text(app)
        is_ready, words = readiness(app.life)
        if is_ready:
            return READY if words == OK else f"{READY}, {words}"
        return words

    async def gathered(subject: Subject) -> list[tuple[str, str]]:
        said: list[tuple[str, str]] = await branch.asking.ask(
            Gather(subject), list[tuple[str, str]]
        )
        return said

    async def exposition() -> str:
        return merged(await gathered("metrics"))

    async def ready(_: HttpRequest) -> HttpResponse:
        said = await gathered("ready")
        words = dict(said)
        why = words.pop("") or _why_not(list(words.values()))
        lines = [
            why or _how(list(words.values())),
            *(f"{name}: {word}" for name, word in words.items()),
        ]
        body = "".join(f"{line}\n" for line in lines).encode()
        return HttpResponse(503 if why else 200, body)

    branch.on_asked = about
    app.exposition = exposition
    app.routes.add("GET", "/ready", ready)


def _why_not(words: list[str]) -> str:
    """The whole is ready when one worker is; else what the first one says."""
    if any(each.startswith(READY) for each in words):
        return ""
    return next(iter(words), "starting")


def _how(words: list[str]) -> str:
    """Of those that are ready: `ok`, or what the first one lacks."""
    lacking = (each.partition(", ")[2] for each in words if each.startswith(READY))
    return next(filter(None, lacking), OK)
