"""`rtgen format`."""

from pathlib import Path

import click

from rtgen.cli.exit_codes import HELP
from rtgen.cli.options import CONFIG, SPECS

_EXAMPLES = """\b
Examples:
  rtgen format                      the contracts of rtgen.yaml
  rtgen format specs/chat.yaml      one file
  rtgen format --check              in CI: exit 3 and a diff when a file is not in its canonical form
"""


@click.command(name="format", epilog=_EXAMPLES + "\n" + HELP)
@SPECS
@click.option("--check", "only_check", is_flag=True, help="Write nothing; show what would change.")
@CONFIG
def format_specs(specs: tuple[Path, ...], *, only_check: bool, config: Path | None) -> None:
    """Write contracts in one canonical form. Comments stay, and what a contract means does too."""
    from rtgen.cli.formatting import run_format  # noqa: PLC0415  # `--help` must not wait for it

    raise SystemExit(run_format(specs, config, only_check=only_check))
