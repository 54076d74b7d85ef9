"""`--workers`: whether one process serves, or several do that a supervisor starts."""

import argparse
import logging
import secrets
import sys
from functools import partial
from typing import Final

from rtgen_runtime.app import App
from rtgen_runtime.bus.branch import Branch
from rtgen_runtime.declarations import Contract
from rtgen_runtime.errors import UsageError
from rtgen_runtime.exchange.exchange import Exchange
from rtgen_runtime.exchange.people import AllPeople
from rtgen_runtime.origins import Origins
from rtgen_runtime.presence.memory import MemoryPresence
from rtgen_runtime.running import Running
from rtgen_runtime.stores.options import store_of
from rtgen_runtime.transport_options import run
from rtgen_runtime.transports.listening import Listening
from rtgen_runtime.workers.assignment import Assignment
from rtgen_runtime.workers.joining import join
from rtgen_runtime.workers.ports import SharedPort
from rtgen_runtime.workers.supervisor import Supervisor

MOST: Final = 256

_logger: Final = logging.getLogger("rtgen.workers")


def add_worker_options(parser: argparse.ArgumentParser) -> None:
    """`--workers`."""
    parser.add_argument(
        "--workers",
        type=_count,
        default=1,
        metavar="N",
        help="how many processes serve, on one port; a supervisor starts them (default: %(default)s)",
    )


def supervise(contract: Contract, given: argparse.Namespace) -> int:
    """Serve with several processes, each of which is this command again; the exit code.

    Raises:
        UsageError: The options don't go together, or the port can't be had.
        CannotOpenStore: The store can't be used.
    """
    if given.transport != "native":
        raise UsageError("--workers needs --transport native")
    try:
        port = SharedPort(given.host, given.port)
    except OSError as problem:
        where = f"{given.host}:{given.port}"
        words = f"can't listen on {where}: {problem.strerror or problem}"
        raise UsageError(words) from None
    command = [*sys.orig_argv[1:], "--port", str(port.number)]
    return run(given, _serve(contract, given, port, command))


async def _serve(
    contract: Contract, given: argparse.Namespace, port: SharedPort, command: list[str]
) -> int:
    store = store_of(given)
    key = store.session_key or secrets.token_bytes(32)
    exchange = Exchange(store, AllPeople(MemoryPresence()), key)
    secure = given.tls_certificate is not None
    said = partial(_said, contract, Listening(port.host, port.number, secure=secure))
    return await Supervisor(exchange, port, command, given.workers, said).run()


async def serve_as_worker(
    app: App,
    branch: Branch,
    assignment: Assignment,
    running: Running,
    origins: Origins,
    *,
    keeps: bool = True,
) -> None:
    """One of several: let the supervisor say when to begin and to end, and have what it `keeps`.

    Raises:
        UsageError: The app has a store of its own.
    """

    def lost() -> None:
        _logger.error("the supervisor is gone: this worker ends")
        running.hurry()

    await join(app, branch, assignment.end(), keeps=keeps)
    branch.on_retire = running.retire
    branch.on_lost = lost
    sockets = assignment.sockets()
    host, port = sockets[0].getsockname()[:2]
    await running.run(host, port, origins, sockets)


def _said(contract: Contract, listening: Listening) -> None:
    print(
        f"{contract.name} {contract.version} listens on {listening.url}",
        flush=True,
    )


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= MOST:
        raise argparse.ArgumentTypeError(f"1 to {MOST} processes")
    return count
