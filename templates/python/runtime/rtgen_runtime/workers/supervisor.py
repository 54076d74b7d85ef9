"""Starts workers, starts those anew that die, exchanges them one by one, and ends them all.

It runs none of the user's code, so that what breaks a worker does not break what all of them share.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from socket import socket
from typing import Any, Final

from rtgen_runtime.bus.messages import Subject
from rtgen_runtime.exchange.client import Client
from rtgen_runtime.exchange.exchange import Exchange
from rtgen_runtime.observing import metrics
from rtgen_runtime.observing.exposition import Family, families_text
from rtgen_runtime.workers.ports import SharedPort
from rtgen_runtime.workers.process import DidNotStart, Worker, spawn, until_ready

STABLE: Final = 10.0
"""Seconds; a worker that served longer is started anew at once when it dies."""
FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 30.0
"""Seconds before the next try, doubled each time."""

_logger: Final = logging.getLogger("rtgen.workers")


@dataclass(slots=True)
class Slot:
    """One worker's place, whichever process has it. Its sockets stay when the process dies: newcomers wait in them."""

    name: str
    sockets: list[socket]
    worker: Worker | None = None
    failures: int = 0
    """Deaths in a row soon after the start."""
    starting: asyncio.Lock = field(default_factory=asyncio.Lock)

    def shut(self) -> None:
        """Newcomers go to the other workers."""
        for each in self.sockets:
            each.close()
        self.sockets = []


class Supervisor:
    """One server's. `command` is what follows `python`, `began` is called when all workers serve."""

    def __init__(
        self,
        exchange: Exchange,
        port: SharedPort,
        command: Sequence[str],
        count: int,
        began: Callable[[], None],
    ) -> None:
        self._exchange = exchange
        self._port = port
        self._command = command
        self._began = began
        self._slots = [Slot(str(each + 1), port.open()) for each in range(count)]
        self._alive: dict[Worker, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self._ending: signal.Signals = signal.SIGTERM
        self._rolling = asyncio.Lock()
        self._rolls: set[asyncio.Task[None]] = set()
        self._starts: dict[tuple[str, ...], int] = {}
        exchange.own = self._about
        exchange.on_deaf = self._kill

    async def run(self) -> int:
        """Serve until a signal has ended it; the exit code: 0, or that of a worker that could not start at all."""
        with self._signals():
            code = await self._begin()
            if code == 0:
                await self._stopping.wait()
            for slot in self._slots:
                slot.shut()
            while self._alive:
                await asyncio.wait(tuple(self._alive.values()))
        for task in self._rolls:
            task.cancel()
        await asyncio.gather(*self._rolls, return_exceptions=True)
        await self._exchange.close()
        return code

    async def _begin(self) -> int:
        """The first one alone: what is wrong with it would be wrong with all of them."""
        first, *others = self._slots
        try:
            await self._start(first, "first")
            starts = [self._start(slot, "first") for slot in others]
            await asyncio.gather(*starts)
        except (DidNotStart, OSError) as problem:
            return self._give_up(problem)
        if not self._stopping.is_set():
            self._began()
        return 0

    def _give_up(self, problem: BaseException) -> int:
        if self._stopping.is_set():
            return 0
        self._stop(signal.SIGTERM)
        code = problem.code if isinstance(problem, DidNotStart) else 1
        return code if code > 0 else 1

    async def _start(self, slot: Slot, why: str) -> None:
        """A process for a slot, which serves when this returns; the one before is still there.

        Raises:
            DidNotStart: It never served.
        """
        self._starts[why,] = self._starts.get((why,), 0) + 1
        worker = await spawn(self._command, slot.name, slot.sockets, self._exchange)
        task = asyncio.get_running_loop().create_task(self._watch(slot, worker))
        self._alive[worker] = task
        if self._stopping.is_set():
            worker.signal(self._ending)
        await until_ready(worker)
        slot.worker = worker

    async def _watch(self, slot: Slot, worker: Worker) -> None:
        """Until a process has ended; then another takes its place, unless that was meant."""
        code = await worker.process.wait()
        del self._alive[worker]
        if self._stopping.is_set() or slot.worker is not worker:
            return
        slot.worker = None
        slot.failures = 0 if worker.lived >= STABLE else slot.failures + 1
        _logger.error("worker %s ended with code %d", slot.name, code)
        self._soon(self._restart(slot))

    async def _restart(self, slot: Slot) -> None:
        while not self._stopping.is_set():
            await self._wait(slot)
            if self._stopping.is_set():
                return
            async with slot.starting:
                if slot.worker is not None:
                    return
                try:
                    await self._start(slot, "death")
                except (DidNotStart, OSError) as problem:
                    slot.failures += 1
                    words = "worker %s did not start: %s"
                    _logger.log(logging.ERROR, words, slot.name, problem)
                else:
                    _logger.info("worker %s serves again", slot.name)
                    return

    async def _wait(self, slot: Slot) -> None:
        """After the first death there is no wait; a longer one is no place for newcomers."""
        if slot.failures > 1:
            seconds = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (slot.failures - 2))
            slot.shut()
            _logger.warning(
                "worker %s is started again in %g s: it ended %d times in a row",
                slot.name,
                seconds,
                slot.failures,
            )
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._stopping.wait()
        if not slot.sockets and not self._stopping.is_set():
            slot.sockets = self._port.open()

    async def _roll(self) -> None:
        """One after the other: the new process serves before the old one drains."""
        async with self._rolling:
            _logger.info("exchanging the workers, one by one")
            for slot in self._slots:
                try:
                    before = await self._replace(slot)
                except (DidNotStart, OSError) as problem:
                    words = "the new worker %s did not start, the others stay: %s"
                    _logger.log(logging.ERROR, words, slot.name, problem)
                    return
                if before is not None and before in self._alive:
                    self._exchange.retire(before.client)
                    await asyncio.wait([self._alive[before]])
        _logger.info("the workers were exchanged")

    async def _replace(self, slot: Slot) -> Worker | None:
        """Start another process beside the one that serves; that one, `None` where there is none."""
        async with slot.starting:
            before = slot.worker
            if before is not None and not self._stopping.is_set():
                await self._start(slot, "exchange")
                return before
        return None

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._rolls.add(task)
        task.add_done_callback(self._rolls.discard)

    def _stop(self, number: signal.Signals) -> None:
        """Again it hurries: each worker takes a second signal so."""
        if not self._stopping.is_set():
            _logger.info("draining; another SIGTERM ends the waiting")
        self._ending = number
        self._stopping.set()
        for worker in self._alive:
            worker.signal(number)

    def _kill(self, client: Client) -> None:
        for worker in self._alive:
            if worker.client is client:
                worker.signal(signal.SIGKILL)

    def _about(self, subject: Subject) -> str:
        """What the supervisor says beside the workers: why the whole is not ready, or its own metrics."""
        if subject == "ready":
            return "draining" if self._stopping.is_set() else ""
        serving = sum(slot.worker is not None for slot in self._slots)
        return families_text(
            (
                Family(metrics.WORKERS, {(): serving}),
                Family(metrics.WORKER_STARTS, dict(self._starts)),
            )
        )

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        does: Mapping[signal.Signals, Callable[[], None]] = {
            signal.SIGTERM: lambda: self._stop(signal.SIGTERM),
            signal.SIGINT: lambda: self._stop(signal.SIGINT),
            signal.SIGHUP: lambda: self._soon(self._roll()),
        }
        for number, act in does.items():
            loop.add_signal_handler(number, act)
        try:
            yield
        finally:
            for number in does:
                loop.remove_signal_handler(number)
