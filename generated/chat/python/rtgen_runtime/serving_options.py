"""Options of `python -m <contract>` about who may come in, how the server ends, and what backends may say.

A secret never stands on the command line, where every user of the machine can read it.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rtgen_runtime.app import App
from rtgen_runtime.errors import UsageError
from rtgen_runtime.origins import Origins
from rtgen_runtime.publishing import Publisher
from rtgen_runtime.running import Reload
from rtgen_runtime.turns import Turns

VARIABLE: Final = "RTGEN_PUBLISH_TOKEN"
_FILE_VARIABLE: Final = "RTGEN_PUBLISH_TOKEN_FILE"


def add_serving_options(parser: argparse.ArgumentParser) -> None:
    """`--origin` and its kin, `--drain-window`, `--accept-rate`, `--publish-token-file`."""
    parser.add_argument(
        "--origin",
        action="append",
        help="a web page's origin that may connect; repeat for more (default: all may)",
    )
    parser.add_argument(
        "--origin-file",
        type=Path,
        help="a file with more of them, one a line; read again at SIGHUP",
    )
    parser.add_argument(
        "--no-origin",
        action="store_true",
        help="beside those, let clients connect that send no origin: programs, not pages",
    )
    parser.add_argument(
        "--trusted-proxy",
        action="append",
        metavar="ADDRESS",
        help="a proxy, or a network of them, whose X-Forwarded-For is believed; repeat for more (default: none)",
    )
    parser.add_argument(
        "--drain-window",
        type=_seconds,
        metavar="SECONDS",
        help="how long clients have to move elsewhere after SIGTERM (default: what the app's settings say, or 15)",
    )
    parser.add_argument(
        "--accept-rate",
        type=_rate,
        metavar="N",
        help="connections that each process lets in a second, 0 for no limit (default: what the app's settings say, "
        "or 1000); others are told when to come",
    )
    parser.add_argument(
        "--publish-token-file",
        type=Path,
        help=f"serve POST /publish to who has the token in this file; or {_FILE_VARIABLE}, "
        f"or the token itself in {VARIABLE} (default: not served)",
    )


def origins_of(given: argparse.Namespace, reloads: list[Reload]) -> Origins:
    """What the options say; a file that is read again changes the list in place.

    Raises:
        UsageError: The file can't be read.
    """
    if given.origin is None and given.origin_file is None:
        return None
    said: list[str | None] = [*(given.origin or ()), *([None] * given.no_origin)]
    if given.origin_file is None:
        return said
    origins: list[str | None] = []

    def read() -> None:
        lines = read_text(given.origin_file).split("\n")
        found = [line.strip() for line in lines]
        origins[:] = [*said, *(each for each in found if each and each[0] != "#")]

    read()
    reloads.append(read)
    return origins


def serve_publishing(
    app: App,
    given: argparse.Namespace,
    environment: Mapping[str, str],
    reloads: list[Reload],
) -> None:
    """Serve `POST /publish`, if the options or variables give a token.

    Raises:
        UsageError: The file can't be read, or what it holds is too short.
    """
    named = given.publish_token_file or environment.get(_FILE_VARIABLE)
    if named:
        path = Path(named)
        publisher = Publisher(app, read_text(path).strip())
        reloads.append(lambda: publisher.use(read_text(path).strip()))
    elif token := environment.get(VARIABLE):
        Publisher(app, token)


def read_text(path: Path) -> str:
    """A small file.

    Raises:
        UsageError: It can't be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        words = getattr(problem, "strerror", None) or "it is not UTF-8"
        raise UsageError(f"can't read {path}: {words}") from None


def limit_newcomers(app: App, given: argparse.Namespace) -> None:
    """As `--accept-rate` says."""
    if given.accept_rate is not None:
        app.life.doors.turns = Turns(given.accept_rate or None)


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 <= rate <= 1_000_000:
        raise argparse.ArgumentTypeError("0 to 1000000 connections a second")
    return rate


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("0 to 3600 seconds")
    return seconds
