"""Where a server keeps things, as options of `python -m <contract>`."""

import argparse
from typing import Final

from rtgen_runtime.app import App
from rtgen_runtime.errors import UsageError
from rtgen_runtime.redis.target import is_redis, shown
from rtgen_runtime.stores.interface import Store
from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.stores.sqlite.file import Durability
from rtgen_runtime.stores.sqlite.store import SqliteStore

_MEMORY: Final = "memory"
_SQLITE: Final = "sqlite:"


def add_store_options(parser: argparse.ArgumentParser) -> None:
    """`--store`, and what belongs to one or another."""
    parser.add_argument(
        "--store",
        metavar="sqlite:PATH|redis://HOST|memory",
        help="where recorded events, newest values and outcomes are kept; with Redis this is a node of several "
        "(default: what create_app() says, or memory)",
    )
    parser.add_argument(
        "--durability",
        choices=[each.value for each in Durability],
        help="what an acknowledged write to SQLite survives: a power loss, or the process (default: disk)",
    )
    parser.add_argument(
        "--on-broker-loss",
        choices=["local", "refuse"],
        help="while Redis is away, what nothing keeps goes to this node's clients alone, or is refused; "
        "for all channels (default: what the contract says of each)",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="say whether the Redis of --store is fit for this, and what to change; then end, with code 0 or 2",
    )


def redis_of(given: argparse.Namespace) -> str:
    """The Redis that the options name; empty for none.

    Raises:
        UsageError: They don't go together.
    """
    if is_redis(given.store or ""):
        if given.durability is not None:
            raise UsageError("--durability belongs to --store sqlite:PATH")
        return str(given.store)
    for name, value in (
        ("--on-broker-loss", given.on_broker_loss),
        ("--check", given.check),
    ):
        if value:
            raise UsageError(f"{name} belongs to --store redis://HOST")
    return ""


def use_store(app: App, given: argparse.Namespace) -> None:
    """What the options say; a Redis is joined later, when there is an event loop.

    Raises:
        UsageError: There is no such store, or the app has one of its own.
        CannotOpenStore: The file can't be used.
    """
    if redis_of(given):
        return
    path = _path(given)
    if not path:
        return
    if app.has_store:
        raise UsageError(
            "create_app() gives the app a store already; leave --store out"
        )
    app.use_store(_open(path, given))


def store_of(given: argparse.Namespace) -> Store:
    """The store that the options name, or one in memory.

    Raises:
        UsageError: There is no such store.
        CannotOpenStore: The file can't be used.
    """
    path = "" if redis_of(given) else _path(given)
    return _open(path, given) if path else MemoryStore()


def _path(given: argparse.Namespace) -> str:
    """Of SQLite's file; empty for memory."""
    if given.store is None or given.store == _MEMORY:
        if given.durability is not None:
            raise UsageError("--durability belongs to --store sqlite:PATH")
        return ""
    path = str(given.store).removeprefix(_SQLITE)
    if path == given.store or not path:
        raise UsageError(
            f"--store is sqlite:PATH or memory, or redis://HOST, not {shown(path)}"
        )
    return path


def _open(path: str, given: argparse.Namespace) -> SqliteStore:
    return SqliteStore(path, durability=given.durability or Durability.DISK)
