"""`rtgen diff`."""

import json
from pathlib import Path

import click

from rtgen.cli.exit_codes import HELP, ExitCode, worst
from rtgen.cli.options import CONFIG

_EXAMPLES = """\b
Examples:
  rtgen diff git:main                          the contracts of rtgen.yaml, since main
  rtgen diff git:v1.2.0 git:v1.3.0             between two tags
  rtgen diff git:HEAD~1:specs/chat.yaml specs/chat.yaml
  rtgen diff old.yaml new.yaml                 two files, or two folders
  rtgen diff git:main --format markdown        for a comment on a pull request
"""


@click.command(epilog=_EXAMPLES + "\n" + HELP)
@click.argument("old")
@click.argument("new", required=False)
@CONFIG
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How changes are printed.",
)
def diff(*, old: str, new: str | None, config: Path | None, form: str) -> None:
    """Say what changed between two versions of contracts, and what of it breaks whom.

    OLD and NEW are files, folders, or revisions of git (`git:main`, `git:v1.2.0:specs/chat.yaml`). Without NEW it is
    the project as it is now.
    """
    from rtgen.cli.comparing import MissingError, read_versions  # noqa: PLC0415  # `--help` must not wait for it
    from rtgen.cli.project import begin  # noqa: PLC0415
    from rtgen.cli.report import changes, text  # noqa: PLC0415

    run = begin(config, [Path(new or old)])
    try:
        comparison = read_versions(run, old, new, [])
    except MissingError as problem:
        click.echo(f"{problem}\n  help: {problem.hint}", err=True)
        raise SystemExit(ExitCode.MISUSE) from None
    code = worst(run.codes)
    if comparison is None:
        for block in text.render(run.ordered(), run.texts):
            click.echo(f"{block}\n", err=True)
    elif form == "json":
        click.echo(json.dumps(changes.document(comparison, code), indent=2))
    else:
        for line in (changes.markdown if form == "markdown" else changes.text)(comparison):
            click.echo(line)
    raise SystemExit(code)
