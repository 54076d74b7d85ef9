"""`rtgen generate`."""

from pathlib import Path

import click

from rtgen.cli.circumstances import circumstances as describe_circumstances
from rtgen.cli.exit_codes import HELP, ExitCode
from rtgen.cli.options import CONFIG, FORMAT, SPECS
from rtgen.cli.recognising import recognised
from rtgen.cli.wish import Wish

_EXAMPLES = """\b
Examples:
  rtgen generate                           everything rtgen.yaml names
  rtgen generate --check                   in CI: exit 3 and a diff when out of date
  rtgen generate --watch                   again after each change
  rtgen generate --target python           one target
  rtgen generate chat.yaml --out build     into build/chat/<target>, without a configuration

Every file is made in memory first: with an error in a contract nothing is written. Your handlers are written once;
later runs add what is missing and change no line of yours.
"""


@click.command(epilog=_EXAMPLES + "\n" + HELP)
@SPECS
@click.option("--target", "targets", multiple=True, metavar="NAME", help="Only this target; may be repeated.")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write to DIR/<contract>/<target> instead of the folders of the configuration.",
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; tell what is out of date.")
@click.option("--watch", is_flag=True, help="Generate again after each change of a contract; Ctrl-C ends.")
@click.option("--force", is_flag=True, help="Replace files in the way; a copy of each is kept as *.orig.")
@CONFIG
@FORMAT
def generate(
    *,
    specs: tuple[Path, ...],
    targets: tuple[str, ...],
    out: Path | None,
    only_check: bool,
    watch: bool,
    force: bool,
    config: Path | None,
    form: str,
) -> None:
    """Write the code that contracts describe."""
    if watch and (only_check or form != "text"):
        raise click.UsageError("--watch goes neither with --check nor with a --format for programs.")
    wish = Wish(specs, targets, out, only_check, force, config, form)
    if watch:
        from rtgen.cli.watching import run_watch  # noqa: PLC0415  # `--help` must not wait for it

        raise SystemExit(run_watch(wish))
    circumstances = describe_circumstances()
    answer = recognised(wish, circumstances)
    if answer is not None:
        click.echo(answer)
        raise SystemExit(ExitCode.CLEAN)
    from rtgen.cli.remembering import run_and_remember  # noqa: PLC0415  # nor must a run that changes nothing

    raise SystemExit(run_and_remember(wish, circumstances))
