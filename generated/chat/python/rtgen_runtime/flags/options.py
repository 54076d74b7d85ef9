"""What the command line and the environment say about flags, for contracts that have some."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rtgen_runtime.app import App
from rtgen_runtime.errors import UsageError
from rtgen_runtime.flags.serving import PATH, Operator
from rtgen_runtime.running import Reload
from rtgen_runtime.serving_options import read_text

FLAGS_VARIABLE: Final = "RTGEN_FLAGS"
BEARER_VARIABLE: Final = "RTGEN_FLAGS_TOKEN"
FILE_VARIABLE: Final = "RTGEN_FLAGS_TOKEN_FILE"


def add_flag_options(parser: argparse.ArgumentParser) -> None:
    """`--flag`, `--flags-token-file`."""
    parser.add_argument(
        "--flag",
        action="append",
        metavar="NAME=PERCENT",
        help=f"set a flag: NAME=25, or NAME=off for nobody; repeat for more, or {FLAGS_VARIABLE}=NAME=25,NAME=off",
    )
    parser.add_argument(
        "--flags-token-file",
        type=Path,
        help=f"serve GET and POST {PATH} to who has the token in this file; or {FILE_VARIABLE}, "
        f"or the token itself in {BEARER_VARIABLE} (default: not served)",
    )


def use_flags(
    app: App,
    given: argparse.Namespace,
    environment: Mapping[str, str],
    reloads: list[Reload],
) -> None:
    """Set flags as the options say, and serve operators; the command line goes before the environment.

    Raises:
        UsageError: There is no such flag, a value is none, or the token's file can't be read.
    """
    named = environment.get(FLAGS_VARIABLE, "").split(",")
    for flag, percent in _read([*named, *(given.flag or ())]):
        app.flags.board.begin(flag, percent=percent, killed=percent is None)
    file = given.flags_token_file or environment.get(FILE_VARIABLE)
    if file:
        path = Path(file)
        operator = Operator(app, read_text(path).strip())
        reloads.append(lambda: operator.use(read_text(path).strip()))
    elif token := environment.get(BEARER_VARIABLE):
        Operator(app, token)


def _read(words: list[str]) -> Iterator[tuple[str, float | None]]:
    """Flags and percentages; `None` for off."""
    for word in words:
        if not word.strip():
            continue
        flag, equals, value = word.strip().partition("=")
        if equals and value == "off":
            yield flag, None
            continue
        try:
            yield flag, float(value)
        except ValueError:
            raise UsageError(
                f"{word!r} is no flag: write NAME=25 or NAME=off"
            ) from None
