"""Options and arguments that verbs share."""

from pathlib import Path

import click

SPECS = click.argument("specs", nargs=-1, metavar="[SPEC]...", type=click.Path(path_type=Path))
CONFIG = click.option(
    "--config",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The configuration; by default the rtgen.yaml here or in a folder above.",
)
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github", "gitlab", "junit"]),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
