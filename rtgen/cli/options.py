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


_LEVELS = ("wire", "source", "behaviour", "policy")


def _levels(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    named = tuple(each.strip() for each in value.split(","))
    for each in named:
        if each not in _LEVELS:
            raise click.BadParameter(f"`{each}` is no level; there are {', '.join(_LEVELS)}.")
    return named


AGAINST = click.option(
    "--against", metavar="OLD", help="The old version: a file, a folder, or `git:REV`. Else the configuration's."
)
ORDER = click.option(
    "--order",
    type=click.Choice(["server-first", "client-first", "any"]),
    help="What is deployed first; `any` for apps in stores.  [default: the configuration's, else server-first]",
)
FAIL_ON = click.option(
    "--fail-on",
    default="wire,policy",
    show_default=True,
    callback=_levels,
    help="Levels of changes that exit 4; of the others it is only told.",
)
