"""One worker process, from its start to its end."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from socket import socket
from typing import Final

from rtgen_runtime.bus.pipe import ends
from rtgen_runtime.exchange.client import Client
from rtgen_runtime.exchange.exchange import Exchange
from rtgen_runtime.workers.assignment import VARIABLE, Assignment

STARTED_WITHIN: Final = 60.0
"""Seconds in which a process serves, or it is ended."""


class DidNotStart(Exception):
    """A process ended, or was ended, before it served; `code` is its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"it ended with code {code}")
        self.code = code


@dataclass(slots=True, eq=False)
class Worker:
    """A process; `started` is a monotonic time."""

    process: Process
    client: Client
    started: float = field(default_factory=time.monotonic)

    @property
    def lived(self) -> float:
        """Seconds."""
        return time.monotonic() - self.started

    def signal(self, number: signal.Signals) -> None:
        """Tell it to end, one way or another."""
        with suppress(ProcessLookupError):
            if self.process.returncode is None:
                self.process.send_signal(number)


async def spawn(
    command: Sequence[str], name: str, listen: Sequence[socket], exchange: Exchange
) -> Worker:
    """Start a process, which is not ready yet.

    Raises:
        OSError: It can't be started.
    """
    ours, theirs = ends()
    descriptors = [theirs.fileno(), *(each.fileno() for each in listen)]
    assignment = Assignment(name, descriptors[0], descriptors[1:])
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            pass_fds=descriptors,
            start_new_session=True,  # a terminal's signals come to the supervisor alone
            env={**os.environ, VARIABLE: assignment.text()},
        )
    except OSError:
        ours.close()
        raise
    finally:
        theirs.close()
    return Worker(process, await exchange.admit(ours, name))


async def until_ready(worker: Worker) -> None:
    """Wait until it serves.

    Raises:
        DidNotStart: It never will.
    """
    try:
        async with asyncio.timeout(STARTED_WITHIN):
            await asyncio.shield(worker.client.ready)
    except TimeoutError:
        worker.signal(signal.SIGKILL)
    except asyncio.CancelledError:
        if not worker.client.ready.cancelled():
            raise
    else:
        return
    raise DidNotStart(await worker.process.wait())
