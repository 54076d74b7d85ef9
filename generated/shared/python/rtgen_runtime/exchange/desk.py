"""Where workers ask the store. News go out in the order of offsets, before the answer to who made them."""

import asyncio
from asyncio import Future
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final

from rtgen_runtime.broker.words import Dropped, News, Put
from rtgen_runtime.bus.messages import (
    Append,
    ClaimRequest,
    Invalidate,
    Keeping,
    Move,
    Page,
    PutLatest,
    Read,
    ReadLatest,
    Release,
    RemoveLatest,
    Settle,
)
from rtgen_runtime.errors import StoreUnavailable, TooManyOutcomes
from rtgen_runtime.exchange.client import Client
from rtgen_runtime.exchange.names import Names
from rtgen_runtime.history.recording import Recorder
from rtgen_runtime.keeping import invalidated, recorded
from rtgen_runtime.stores.interface import (
    Claim,
    KeepsVersions,
    MovesAddresses,
    Standing,
    Store,
    values_of,
)

PATIENCE: Final = 4.0
"""Seconds that a request waits for its twin at another worker."""

Request = tuple[str, str]
"""Owner and ref."""


class Desk:
    """One store's. `tell` tells news of an address to all that listen."""

    def __init__(self, store: Store, tell: Callable[[str, News], None]) -> None:
        self._store = store
        self._names = Names()
        self._versioned = store if isinstance(store, KeepsVersions) else None
        self._tell = tell
        self._recorder = Recorder()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended: dict[Request, asyncio.Future[None]] = {}
        """Of requests that somebody waits for: done when they have ended."""

    def ask(self, client: Client, number: int, question: Keeping) -> None:
        """Do what a worker asks, and answer."""
        store = self._store
        self._speak(client)
        question = self._names.now(question)
        match question:
            case Append(address, size, event, payload, key, _):
                kept = store.history.append(address, size, event, payload, key)
                news = recorded_as(question, client.version)
                self._keep(client, number, address, kept, news)
            case PutLatest(address, event, key, payload, older):
                put = store.latest.put(address, event, key, payload)
                told = Put(event, key, payload, client.version, older)
                self._keep(client, number, address, put, lambda _: told)
            case RemoveLatest(address, event, key, older):
                gone = store.latest.remove(address, event, key)
                dropped = Dropped(event, key, client.version, older)
                self._keep(client, number, address, gone, lambda _: dropped)
            case Invalidate(address):
                forgotten = store.history.invalidate(address)
                self._keep(client, number, address, forgotten, invalidated)
            case Move(before, address):
                self._run(client, number, self._move(before, address))
            case Settle() | Release():
                self._end(client, number, question)
            case ClaimRequest():
                self._run(client, number, self._claim(client, question))
            case Read(address, size, after, cap):
                read = store.history.read(address, size, after, cap)
                self._run(client, number, read)
            case Page(address, size, query, cap):
                page = store.history.page(address, size, query, cap)
                self._run(client, number, page)
            case ReadLatest(address):
                self._run(client, number, self._values(address))

    def gone(self, client: Client) -> None:
        """A worker has ended; nobody will tell how its requests went."""
        claims, client.claims = client.claims, {}
        for (owner, request), window in claims.items():
            settled = self._store.outcomes.settle(owner, request, b"", window)
            settled.add_done_callback(_looked_at)
            self._has_ended((owner, request))

    async def close(self) -> None:
        """Wait for what is on its way to the store, then close it."""
        await self._recorder.drained()
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self._store.close()

    def _keep(
        self,
        client: Client,
        number: int,
        address: str,
        kept: "Future[Any]",
        news: Callable[[Any], News],
    ) -> None:
        def deliver(given: Any) -> None:
            told = news(given)
            for each in self._names.all(address):
                self._tell(each, told)
            client.answer(number, given)

        self._recorder.add(address, kept, deliver)
        kept.add_done_callback(partial(_told_if_failed, client, number))

    def _end(self, client: Client, number: int, question: Settle | Release) -> None:
        """A request has ended: the store is told at once, so that the worker's death can't come between."""
        outcomes = self._store.outcomes
        name = question.owner, question.request
        if isinstance(question, Settle):
            ended = outcomes.settle(*name, question.outcome, question.window)
        else:
            ended = outcomes.release(*name)
        client.claims.pop(name, None)
        self._has_ended(name)
        self._run(client, number, _awaited(ended))

    async def _claim(self, client: Client, asked: ClaimRequest) -> Claim:
        name = asked.owner, asked.request
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while True:
            self._speak(client)
            claim = await self._store.outcomes.claim(*name, asked.digest, asked.window)
            if claim.standing is Standing.NEW:
                await self._hand_over(client, name, asked.window)
            if claim.standing is not Standing.OPEN or claim.digest != asked.digest:
                return claim
            ended = self._ended.get(name)
            if ended is None:
                ended = asyncio.get_running_loop().create_future()
                self._ended[name] = ended
            try:
                async with asyncio.timeout_at(deadline):
                    await asyncio.shield(ended)
            except TimeoutError:
                return claim

    async def _hand_over(self, client: Client, name: Request, window: float) -> None:
        """It is the worker's now; of one that ended meanwhile nothing has run."""
        if client.pipe.is_open:
            client.claims[name] = window
        else:
            self._has_ended(name)
            await self._store.outcomes.release(*name)

    def _has_ended(self, name: Request) -> None:
        ended = self._ended.pop(name, None)
        if ended is not None and not ended.done():
            ended.set_result(None)

    async def _values(self, address: str) -> list[tuple[str, str, bytes, str]]:
        found = await values_of(self._store.latest, address)
        return [(event, key, *value) for (event, key), value in found.items()]

    def _move(self, before: str, address: str) -> Coroutine[Any, Any, None]:
        """Begun at once, so that what the worker asks behind it sees it."""
        store = self._store
        if not isinstance(store, MovesAddresses):
            return _nothing()
        self._names.add(before, address)
        return _awaited(store.move(before, address))

    def _speak(self, client: Client) -> None:
        """What is kept in this very step is the worker's."""
        if self._versioned is not None:
            self._versioned.speak(client.version)

    def _run(self, client: Client, number: int, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(_answer(client, number, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def recorded_as(append: Append, version: str) -> Callable[[Any], News]:
    """The news of an event that a worker of this version has appended, from its position."""
    event, payload, key, older = append.event, append.payload, append.key, append.older
    return partial(recorded, event, payload, key, version=version, older=older)


async def _nothing() -> None:
    """For what a store can't do."""


async def _awaited(future: "Future[None]") -> None:
    await future


async def _answer(client: Client, number: int, work: Coroutine[Any, Any, Any]) -> None:
    try:
        client.answer(number, await work)
    except TooManyOutcomes as problem:
        client.fail(number, str(problem), full=True)
    except StoreUnavailable as problem:
        client.fail(number, str(problem))


def _told_if_failed(client: Client, number: int, kept: "Future[Any]") -> None:
    problem = None if kept.cancelled() else kept.exception()
    if kept.cancelled() or problem is not None:
        client.fail(number, str(problem or "the store has stopped"))


def _looked_at(settled: "Future[None]") -> None:
    """A failure of the store is in its own log; after a restart the request counts as abandoned all the same."""
    if not settled.cancelled():
        settled.exception()
