"""What the command line says about logs, metrics and debugging."""

import argparse
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from rtgen_runtime.observing.records import JsonLines, KeyValues
from rtgen_runtime.observing.serving import add_metrics

if TYPE_CHECKING:
    from rtgen_runtime.app import App

BEARER_VARIABLE: Final = "RTGEN_METRICS_TOKEN"
"""The environment variable with what scrapers must send; options stand in lists of processes, secrets must not."""

_FORMATS: Final = ("text", "keyvalue", "json")


def add_observing_options(parser: argparse.ArgumentParser) -> None:
    """`--log-format`, `--log-level`, `--metrics`, `--debug`."""
    parser.add_argument(
        "--log-format",
        choices=_FORMATS,
        default="text",
        help="how log lines look (default: %(default)s)",
    )
    parser.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        default="info",
        help="the least that is logged (default: %(default)s)",
    )
    parser.add_argument(
        "--metrics",
        action="store_true",
        help=f"serve GET /metrics; with {BEARER_VARIABLE} in the environment only to who sends that as a bearer token",
    )
    parser.add_argument(
        "--debug",
        action="store_true",
        help="log every frame, explain refusals, name slow handlers; never in production",
    )


def set_up_logging(given: argparse.Namespace, worker: str = "") -> None:
    """Log as the options say; for a process of one's own. Lines of one of several workers have its name."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(given.log_format, worker))
    level = logging.getLevelNamesMapping()[given.log_level.upper()]
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("rtgen.websockets").setLevel(max(level, logging.WARNING))


def _formatter(form: str, worker: str) -> logging.Formatter:
    if form == "text":
        who = f" worker {worker}" if worker else ""
        return logging.Formatter(
            f"%(asctime)s %(levelname)s{who} %(name)s: %(message)s"
        )
    always = {"worker": worker} if worker else None
    return KeyValues(always) if form == "keyvalue" else JsonLines(always)


def use_observing(
    app: "App", given: argparse.Namespace, environment: Mapping[str, str]
) -> None:
    """Have an app do what the options say, beside what its settings say."""
    if given.debug and app.debug is None:
        app.use_debug()
    if given.metrics:
        token = environment.get(BEARER_VARIABLE, "") or app.settings.metrics_token
        add_metrics(app, token)
