"""Options of `python -m <contract>` about what carries the frames: the transport, TLS, and the event loop under it."""

import argparse
import asyncio
import importlib
import ssl
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from rtgen_runtime.errors import UsageError
from rtgen_runtime.running import Reload
from rtgen_runtime.transports import serving

T = TypeVar("T")

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def add_transport_options(parser: argparse.ArgumentParser) -> None:
    """`--transport`, `--event-loop`, `--tls-certificate` and `--tls-key`."""
    parser.add_argument(
        "--transport",
        choices=serving.TRANSPORTS,
        default=serving.DEFAULT,
        help="what speaks WebSocket: the runtime's own, or the library of that name (default: %(default)s)",
    )
    parser.add_argument(
        "--event-loop",
        choices=("auto", "asyncio"),
        default="auto",
        help="auto: uvloop's where it is installed, else asyncio's own (default: %(default)s)",
    )
    parser.add_argument(
        "--tls-certificate",
        type=Path,
        metavar="FILE",
        help="speak TLS (wss), with this chain in PEM; read again at SIGHUP (default: no TLS)",
    )
    parser.add_argument(
        "--tls-key",
        type=Path,
        metavar="FILE",
        help="its private key (default: in the same file)",
    )


def tls_of(given: argparse.Namespace, reloads: list[Reload]) -> ssl.SSLContext | None:
    """What the options say; new connections get what a later reading finds.

    Raises:
        UsageError: A file can't be read, or holds something else.
    """
    if given.tls_certificate is None:
        if given.tls_key is not None:
            raise UsageError("--tls-key needs --tls-certificate")
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)

    def read() -> None:
        try:
            context.load_cert_chain(given.tls_certificate, given.tls_key)
        except OSError as problem:  # ssl.SSLError is one
            words = problem.strerror or problem.args[-1] or "it is no certificate"
            raise UsageError(f"can't use {given.tls_certificate}: {words}") from None

    read()
    reloads.append(read)
    return context


def run(given: argparse.Namespace, main: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run` does; on uvloop's event loop, which is faster, where that is installed."""
    factory = _fastest() if given.event_loop == "auto" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main)


def _fastest() -> LoopFactory | None:
    """`None` for asyncio's own."""
    try:
        factory: LoopFactory = importlib.import_module("uvloop").new_event_loop
    except ImportError:  # not installed, or not made for this system
        return None
    return factory
