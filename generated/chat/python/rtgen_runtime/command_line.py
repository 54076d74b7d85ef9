"""`python -m <contract>`: finds the user's handlers, serves them, stops when told to."""

import argparse
import asyncio
import contextlib
import importlib
import logging
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rtgen_runtime.app import App
from rtgen_runtime.declarations import Contract
from rtgen_runtime.errors import MissingHandlers
from rtgen_runtime.transports.websockets import listen

_MISSING_ARGUMENT: Final = re.compile(
    r"missing \d+ required keyword-only arguments?: (.+)"
)


class CannotStart(Exception):
    """Said to the user in one line, without a traceback."""


def main(
    contract: Contract, out: Path, handlers: str, arguments: Sequence[str] | None = None
) -> int:
    """Serve a contract; the process's exit code (0 after a graceful stop, 2 when it can't start).

    `out` is the folder that holds the generated package, `handlers` the path from there to the user's.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m {contract.name.replace('-', '_')}",
        description=f"Serve {contract.name} {contract.version}.",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on (default: %(default)s)",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8000,
        help="0 takes a free one (default: %(default)s)",
    )
    parser.add_argument(
        "--handlers", type=Path, default=out / handlers, help="folder of your handlers"
    )
    parser.add_argument(
        "--origin",
        action="append",
        help="a web page's origin that may connect; repeat for more (default: all may)",
    )
    given = parser.parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("rtgen.websockets").setLevel(logging.WARNING)
    try:
        app = load_app(given.handlers)
        asyncio.run(_serve(app, given.host, given.port, given.origin))
    except CannotStart as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    return 0


def load_app(folder: Path) -> App:
    """What `create_app()` of a handlers folder makes.

    Raises:
        CannotStart: There is no such folder or function, or something of the contract has no handler.
    """
    folder = folder.resolve()
    if not (folder / "__init__.py").is_file():
        raise CannotStart(
            f"no handlers in {folder} (`rtgen generate` writes a beginning; or say --handlers PATH)"
        )
    sys.path.insert(0, str(folder.parent))
    module = importlib.import_module(folder.name)
    create_app = getattr(module, "create_app", None)
    if not callable(create_app):
        raise CannotStart(f"{folder / '__init__.py'} has no function create_app()")
    try:
        app = create_app()
    except MissingHandlers as missing:
        raise CannotStart(f"{missing} (in {folder})") from None
    except TypeError as problem:
        found = _MISSING_ARGUMENT.search(str(problem))
        if found is None:
            raise
        raise CannotStart(
            f"no handler for channel {found.group(1)} (in {folder})"
        ) from None
    if not isinstance(app, App):
        raise CannotStart(
            f"create_app() of {folder / '__init__.py'} gave no app but {type(app).__name__}"
        )
    return app


async def _serve(app: App, host: str, port: int, origins: Sequence[str] | None) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(
            NotImplementedError
        ):  # Windows: Ctrl-C ends the process by itself
            loop.add_signal_handler(number, stopped.set)
    try:
        async with listen(app, host, port, origins=origins) as listening:
            print(
                f"{app.contract.name} {app.contract.version} listens on {listening.url}",
                flush=True,
            )
            await stopped.wait()
    except OSError as problem:
        raise CannotStart(
            f"can't listen on {host}:{port}: {problem.strerror or problem}"
        ) from None
