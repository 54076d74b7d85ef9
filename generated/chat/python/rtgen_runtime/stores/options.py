"""Where a server keeps things, as options of `python -m <contract>`."""

import argparse
from typing import Final

from rtgen_runtime.app import App
from rtgen_runtime.errors import UsageError
from rtgen_runtime.stores.interface import Store
from rtgen_runtime.stores.memory import MemoryStore
from rtgen_runtime.stores.sqlite.file import Durability
from rtgen_runtime.stores.sqlite.store import SqliteStore

_MEMORY: Final = "memory"
_SQLITE: Final = "sqlite:"


def add_store_options(parser: argparse.ArgumentParser) -> None:
    """`--store` and `--durability`."""
    parser.add_argument(
        "--store",
        metavar="sqlite:PATH|memory",
        help="where recorded events, newest values and outcomes are kept (default: what create_app() says, or memory)",
    )
    parser.add_argument(
        "--durability",
        choices=[each.value for each in Durability],
        help="what an acknowledged write to SQLite survives: a power loss, or the process (default: disk)",
    )


def use_store(app: App, given: argparse.Namespace) -> None:
    """What the options say.

    Raises:
        UsageError: There is no such store, or the app has one of its own.
        CannotOpenStore: The file can't be used.
    """
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
    path = _path(given)
    return _open(path, given) if path else MemoryStore()


def _path(given: argparse.Namespace) -> str:
    """Of SQLite's file; empty for memory."""
    if given.store is None or given.store == _MEMORY:
        if given.durability is not None:
            raise UsageError("--durability belongs to --store sqlite:PATH")
        return ""
    path = str(given.store).removeprefix(_SQLITE)
    if path == given.store or not path:
        raise UsageError(f"--store is sqlite:PATH or memory, not {given.store}")
    return path


def _open(path: str, given: argparse.Namespace) -> SqliteStore:
    return SqliteStore(path, durability=given.durability or Durability.DISK)
