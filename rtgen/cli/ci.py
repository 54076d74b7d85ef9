"""`rtgen ci`."""

from pathlib import Path

import click

from rtgen.cli.exit_codes import HELP
from rtgen.cli.options import AGAINST, CONFIG, FAIL_ON, FORMAT, ORDER

STEPS = ("format", "generate", "breaking")

_EXAMPLES = """\b
Examples:
  rtgen ci                           all that a pipeline needs; `breaking:` of rtgen.yaml says what to compare with
  rtgen ci --against git:main        compared with main
  rtgen ci --format github           lines of a pull request, and a summary of the job
  rtgen ci --format junit > report.xml
  rtgen ci --skip generate           where generated code is not committed
"""


@click.command(epilog=_EXAMPLES + "\n" + HELP)
@AGAINST
@ORDER
@FAIL_ON
@click.option("--skip", type=click.Choice(STEPS), multiple=True, help="Leave a step out. May be repeated.")
@CONFIG
@FORMAT
def ci(
    *,
    against: str | None,
    order: str | None,
    fail_on: tuple[str, ...],
    skip: tuple[str, ...],
    config: Path | None,
    form: str,
) -> None:
    """Ask all that a pipeline asks: check, format --check, generate --check, breaking. Nothing is written."""
    from rtgen.cli.checking_all import Pipeline, run_ci  # noqa: PLC0415  # `--help` must not wait for it

    raise SystemExit(run_ci(Pipeline(config, against, order, fail_on, frozenset(skip)), form))
