"""`rtgen release`."""

from pathlib import Path

import click

from rtgen.cli.exit_codes import HELP, ExitCode, worst
from rtgen.cli.options import CONFIG, FORMAT, SPECS

_EXAMPLES = """\b
Examples:
  rtgen release                     the contracts of rtgen.yaml, as the versions that they say they are
  rtgen release specs/chat.yaml     one of them
  rtgen diff released               what changed since
"""


@click.command(epilog=_EXAMPLES + "\n" + HELP)
@SPECS
@CONFIG
@FORMAT
def release(*, specs: tuple[Path, ...], config: Path | None, form: str) -> None:
    """Keep contracts as released versions, in `.released/` beside them.

    Each is one file that stands by itself. What breaks the newest release is refused, unless the version takes a major
    step or the break is accepted; and so is another content for a version that is released.
    """
    from rtgen.cli.project import begin  # noqa: PLC0415  # `--help` must not wait for it
    from rtgen.cli.releasing import released  # noqa: PLC0415
    from rtgen.cli.report.forms import DOCUMENTS, document, lines  # noqa: PLC0415
    from rtgen.cli.version_files import MissingError  # noqa: PLC0415

    run = begin(config, specs)
    try:
        releases = [] if run.codes else released(run, specs)
    except MissingError as problem:
        click.echo(f"{problem}\n  help: {problem.hint}", err=True)
        raise SystemExit(ExitCode.MISUSE) from None
    code = worst(run.codes)
    if form in DOCUMENTS:
        click.echo(document(form, run.ordered(), code))
        raise SystemExit(code)
    for line in lines(form, run.ordered(), run.texts):
        click.echo(line)
    for each in releases:
        said = "released" if each.text else "is released already:"
        click.echo(f"{each.contract.name} {each.contract.version} {said} {_shown(each.path, run.here)}")
    if code:
        click.echo("Nothing was released.")
    raise SystemExit(code)


def _shown(path: Path, here: Path) -> str:
    from rtgen.api import as_shown  # noqa: PLC0415

    return as_shown(path, here)
