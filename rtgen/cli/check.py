"""`rtgen check`."""

from pathlib import Path

import click

from rtgen.cli.exit_codes import HELP, worst
from rtgen.cli.options import CONFIG, FORMAT, SPECS

_EXAMPLES = """\b
Examples:
  rtgen check                        the contracts of rtgen.yaml
  rtgen check specs/chat.yaml        one contract
  rtgen check --format json          for a program
  rtgen check --format github        for the lines of a pull request
"""


@click.command(epilog=_EXAMPLES + "\n" + HELP)
@SPECS
@CONFIG
@FORMAT
def check(specs: tuple[Path, ...], config: Path | None, form: str) -> None:
    """Say what is wrong with contracts. Nothing is written."""
    from rtgen.cli.project import start  # noqa: PLC0415  # `--help` must not wait for it
    from rtgen.cli.report.forms import DOCUMENTS, document, lines  # noqa: PLC0415
    from rtgen.cli.report.text import summary  # noqa: PLC0415

    run = start(config, specs)
    findings = run.ordered()
    code = worst(run.codes)
    if form in DOCUMENTS:
        click.echo(document(form, findings, code))
    else:
        for line in lines(form, findings, run.texts):
            click.echo(line)
        checked = len(run.contracts)
        click.echo(f"{summary(findings)} ({checked} contract{'' if checked == 1 else 's'} read)")
    raise SystemExit(code)
