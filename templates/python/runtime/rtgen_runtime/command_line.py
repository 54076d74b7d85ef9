"""`python -m <contract>`: finds the user's handlers, serves them, stops when told to."""

import argparse
import importlib
import os
import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Final

from rtgen_runtime.app import App
from rtgen_runtime.bus.branch import Branch
from rtgen_runtime.declarations import Contract
from rtgen_runtime.doors import raise_descriptor_limit
from rtgen_runtime.errors import CannotOpenStore, MissingHandlers, UsageError
from rtgen_runtime.flags.options import add_flag_options, use_flags
from rtgen_runtime.observing.options import (
    add_observing_options,
    set_up_logging,
    use_observing,
)
from rtgen_runtime.origins import Origins
from rtgen_runtime.running import Reload, Running, ending_early
from rtgen_runtime.serving_options import (
    add_serving_options,
    limit_newcomers,
    origins_of,
    serve_publishing,
)
from rtgen_runtime.stores.options import add_store_options, redis_of, use_store
from rtgen_runtime.transport_options import add_transport_options, run, tls_of
from rtgen_runtime.transports.listening import Listening
from rtgen_runtime.workers.assignment import take_assignment
from rtgen_runtime.workers.options import (
    add_worker_options,
    serve_as_worker,
    supervise,
)

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
    try:
        with ending_early():
            given = _parser(contract, out / handlers).parse_args(arguments)
            assignment = take_assignment(os.environ)
            set_up_logging(given, "" if assignment is None else assignment.name)
            raise_descriptor_limit()
            redis = redis_of(given)
            if given.check:
                code: int = run(
                    given, _redis().say_check(contract.name, redis, os.environ)
                )
                return code
            if assignment is None and given.workers > 1:
                return supervise(contract, given)
            app = load_app(given.handlers)
            reloads: list[Reload] = []
            _use_tokens(app, given, reloads)
            if assignment is None:
                use_store(app, given)
            use_observing(app, given, os.environ)
            serve_publishing(app, given, os.environ, reloads)
            if contract.flags is not None:
                use_flags(app, given, os.environ, reloads)
            app.proxies.trust(given.trusted_proxy or ())
            limit_newcomers(app, given)
            branch = Branch()
            said = partial(_said, app)
            origins = origins_of(given, reloads)
            running = Running(
                app,
                said if assignment is None else lambda _: branch.ready_to_serve(),
                window=given.drain_window,
                reloads=reloads,
                transport=given.transport,
                tls=tls_of(given, reloads),
            )
            serve = (
                partial(_serve, running, given.host, given.port, origins)
                if assignment is None
                else partial(
                    serve_as_worker,
                    app,
                    branch,
                    assignment,
                    running,
                    origins,
                    keeps=not redis,
                )
            )
            if redis:
                serve = partial(_redis().serve_as_node, app, given, os.environ, serve)
            run(given, serve())
    except (CannotStart, CannotOpenStore, UsageError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    return 0


def _parser(contract: Contract, handlers: Path) -> argparse.ArgumentParser:
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
        "--handlers", type=Path, default=handlers, help="folder of your handlers"
    )
    add_transport_options(parser)
    add_worker_options(parser)
    add_serving_options(parser)
    add_store_options(parser)
    add_observing_options(parser)
    if contract.flags is not None:
        add_flag_options(parser)
    if contract.auth is not None and contract.auth.jwt:
        _token_options().add_token_options(parser)
    return parser


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


def _said(app: App, listening: Listening) -> None:
    print(
        f"{app.contract.name} {app.contract.version} listens on {listening.url}",
        flush=True,
    )


def _use_tokens(app: App, given: argparse.Namespace, reloads: list[Reload]) -> None:
    """What the options say about tokens; a `create_app()` that has decided itself wins by refusing another word."""
    auth = app.contract.auth
    if auth is not None and auth.jwt:
        options = _token_options()
        authenticator = options.authenticator_of(given, os.environ)
        if authenticator is not None:
            app.gate.use(authenticator)
            reloads.append(
                lambda: app.gate.exchange(options.authenticator_of(given, os.environ))
            )


def _token_options() -> ModuleType:
    """Loaded for contracts with `auth.jwt` only: it needs PyJWT, which others don't have."""
    try:
        return importlib.import_module("rtgen_runtime.jwt.options")
    except ModuleNotFoundError as missing:
        raise CannotStart(f"install what requirements.txt names: {missing}") from None


def _redis() -> ModuleType:
    """Loaded for `--store redis://…` only: it needs hiredis, which others don't have."""
    try:
        return importlib.import_module("rtgen_runtime.redis.options")
    except ModuleNotFoundError as missing:
        if missing.name != "hiredis":
            raise
        raise CannotStart(
            "--store redis://… needs: pip install 'hiredis>=3.1,<4'"
        ) from None


async def _serve(running: Running, host: str, port: int, origins: Origins) -> None:
    try:
        await running.run(host, port, origins)
    except OSError as problem:
        raise CannotStart(
            f"can't listen on {host}:{port}: {problem.strerror or problem}"
        ) from None
