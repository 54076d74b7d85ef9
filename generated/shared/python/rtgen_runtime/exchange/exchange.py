"""Hears every worker, tells the others: whoever wants to know of an address, in the order in which it was heard.

All that is kept of a machine goes through here, so its order needs no other proof; the store is one process's, as each
is made for. What is not kept passes by: it is told to those who listen, and forgotten.
"""

import asyncio
import logging
import socket
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any, Final

from rtgen_runtime.auth.revocation import MOST
from rtgen_runtime.broker.words import News, Switched
from rtgen_runtime.bus.messages import (
    FROM_WORKER,
    Ask,
    Asked,
    Begin,
    Count,
    FromWorker,
    Gather,
    Gone,
    Hear,
    Kept,
    Leave,
    Members,
    People,
    Present,
    Ready,
    Report,
    Retire,
    Revoke,
    Revoked,
    Said,
    Say,
    Show,
    Speak,
    Subject,
    Summary,
    Tell,
    Told,
    packed,
)
from rtgen_runtime.bus.pipe import Pipe
from rtgen_runtime.exchange.client import Client
from rtgen_runtime.exchange.desk import Desk
from rtgen_runtime.exchange.people import AllPeople
from rtgen_runtime.presence.interface import Delta
from rtgen_runtime.stores.interface import Store

MOST_BEHIND: Final = 256 * 1024 * 1024
"""Bytes that a worker may be behind; then it is as good as dead, and its clients are better off elsewhere."""

GATHERED_WITHIN: Final = 2.0
"""Seconds in which a worker says what it is asked about itself."""

_logger: Final = logging.getLogger("rtgen.workers")


class Exchange:
    """One machine's. `own` is what is said beside the workers' reports, as if by a worker without a name."""

    def __init__(self, store: Store, people: AllPeople, session_key: bytes) -> None:
        self._desk = Desk(store, self._tell_news)
        self._people = people
        people.listen(self._tell_presence)
        self._session_key = session_key
        self._clients: dict[int, Client] = {}
        self._listening: dict[str, dict[Client, None]] = {}
        self._revoked: OrderedDict[tuple[str, str], Revoke] = OrderedDict()
        self._switched: dict[str, Switched] = {}
        self._reports: dict[int, tuple[Client, asyncio.Future[str]]] = {}
        self._number = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.own: Callable[[Subject], str] = lambda _about: ""
        self.on_deaf: Callable[[Client], None] = lambda _client: None
        """Called for a worker that does not listen any more."""

    async def admit(self, end: socket.socket, name: str) -> Client:
        """Speak with a new worker over this socket."""
        self._number += 1
        number = self._number
        pipe = await Pipe.on(
            end,
            FROM_WORKER,
            lambda message: self._hear(self._clients[number], message),
            lambda: self._lost(number),
        )
        client = self._clients[number] = Client(number, name, pipe)
        counts = [
            (other.number, address, count)
            for other in self._clients.values()
            for address, count in other.counts.items()
        ]
        revoked, switched = [*self._revoked.values()], [*self._switched.values()]
        client.send(Begin(self._session_key, revoked, counts, switched))
        return client

    def retire(self, client: Client) -> None:
        """Another process takes its place."""
        client.name += "-draining"
        client.send(Retire())

    async def close(self) -> None:
        """Let go of everything; after the last worker."""
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self._desk.close()

    def _hear(self, client: Client, message: FromWorker) -> None:
        match message:
            case Say(address, word):
                self._tell(address, Said(address, word), but=client)
            case Ask(number, question):
                self._ask(client, number, question)
            case Count(address, count):
                self._count(client, address, count)
            case Leave(address):
                self._leave(client, address)
            case Tell(control):
                if isinstance(control, Switched):
                    self._switch(control)
                self._tell_others(client, Told(control))
            case Report(number, text):
                reporter, future = self._reports.get(number, (None, None))
                if reporter is client and future is not None and not future.done():
                    future.set_result(text)
            case Speak(version):
                client.version = version
            case Ready():
                if not client.ready.done():
                    client.ready.set_result(None)

    def _ask(self, client: Client, number: int, question: Any) -> None:
        match question:
            case Hear(address):
                client.addresses.add(address)
                self._listening.setdefault(address, {})[client] = None
                client.answer(number, True)
            case Show(address, changes):
                work = self._people.apply(client.number, address, changes)
                self._later(client, number, work)
            case Summary(address):
                self._later(client, number, self._people.summary(address))
            case People(address, after, limit, size):
                page = self._people.page(address, after, limit, size)
                self._later(client, number, page)
            case Revoke():
                self._revoke(question)
                client.answer(number, None)
            case Gather(about):
                self._later(client, number, self._gather(about))
            case _:
                self._desk.ask(client, number, question)

    def _later(
        self, client: Client, number: int, work: Coroutine[Any, Any, Any]
    ) -> None:
        async def answer() -> None:
            client.answer(number, await work)

        task = asyncio.get_running_loop().create_task(answer())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _tell_news(self, address: str, news: News) -> None:
        self._tell(address, Kept(address, news))

    def _tell_presence(self, address: str, delta: Delta) -> None:
        self._tell(address, Present(address, delta))

    def _tell(self, address: str, message: object, but: Client | None = None) -> None:
        """Tell all that listen, packed once for all."""
        listening = [
            each for each in self._listening.get(address, ()) if each is not but
        ]
        if listening:
            text = packed(message)
            for each in listening:
                self._send(each, text)

    def _tell_others(self, client: Client | None, message: object) -> None:
        text = packed(message)
        for each in self._clients.values():
            if each is not client:
                self._send(each, text)

    def _send(self, client: Client, text: bytes) -> None:
        """What has been said must be heard; a worker that does not listen is ended, so that its clients are told."""
        if client.pipe.waiting > MOST_BEHIND and client.pipe.is_open:
            _logger.error("worker %s does not listen: it is ended", client.name)
            client.pipe.abort()
            self.on_deaf(client)
        client.pipe.send_packed(text)

    def _count(self, client: Client, address: str, count: int) -> None:
        if count:
            client.counts[address] = count
        else:
            client.counts.pop(address, None)
        self._tell_others(client, Members(client.number, address, count))

    def _leave(self, client: Client, address: str) -> None:
        client.addresses.discard(address)
        listening = self._listening.get(address)
        if listening is not None:
            listening.pop(client, None)
            if not listening:
                del self._listening[address]

    def _revoke(self, revocation: Revoke) -> None:
        key = revocation.kind, revocation.value
        self._revoked.pop(key, None)
        self._revoked[key] = revocation
        while len(self._revoked) > MOST:
            self._revoked.popitem(last=False)
        self._tell_others(None, Revoked(revocation))

    def _switch(self, word: Switched) -> None:
        """For workers to come: the word that counts, as they would choose it."""
        known = self._switched.get(word.flag)
        if known is None or (known.at, known.by) < (word.at, word.by):
            self._switched[word.flag] = word

    async def _gather(self, about: Subject) -> list[tuple[str, str]]:
        """What all workers say that serve, by name; who does not answer in time is left out."""
        loop = asyncio.get_running_loop()
        asked: dict[str, asyncio.Future[str]] = {}
        for client in self._clients.values():
            if client.is_ready:
                self._number += 1
                asked[client.name] = loop.create_future()
                self._reports[self._number] = client, asked[client.name]
                client.send(Asked(self._number, about))
        if asked:
            await asyncio.wait(asked.values(), timeout=GATHERED_WITHIN)
        futures = set(asked.values())
        for number, (_, future) in tuple(self._reports.items()):
            if future in futures:
                del self._reports[number]
        said = [("", self.own(about))]
        said += [
            (name, each.result())
            for name, each in asked.items()
            if each.done() and not each.cancelled()
        ]
        return said

    def _lost(self, number: int) -> None:
        client = self._clients.pop(number, None)
        if client is None:
            return
        for address in tuple(client.addresses):
            self._leave(client, address)
        self._desk.gone(client)
        self._people.gone(client.number)
        self._tell_others(None, Gone(client.number))
        if not client.ready.done():
            client.ready.cancel()
        for reporter, future in self._reports.values():
            if reporter is client and not future.done():
                future.cancel()
