"""`rtgen init`."""

from importlib.resources import files
from pathlib import Path

import click

from rtgen.cli.exit_codes import HELP, ExitCode

_STARTER = ("rtgen.yaml", "specs/hello.yaml")
_ATTRIBUTES = "server/generated/** linguist-generated=true\nweb/src/realtime/** linguist-generated=true\n"

_EXAMPLES = """\b
Examples:
  rtgen init              into this folder
  rtgen init chat         into a new folder
"""


@click.command(epilog=_EXAMPLES + "\n" + HELP)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Begin: a small contract, a configuration, and schemas for your editor. No file is overwritten."""
    wanted = _files()
    attributes = folder / ".gitattributes"
    in_the_way = sorted(path for path in wanted if (folder / path).exists() or (folder / path).is_symlink())
    if in_the_way:
        for path in in_the_way:
            click.echo(f"{(folder / path).as_posix()} exists already.", err=True)
        click.echo("Nothing was written. Move it away, or name another folder.", err=True)
        raise SystemExit(ExitCode.MISUSE)
    try:
        if not attributes.exists():
            wanted[".gitattributes"] = _ATTRIBUTES
        for path, text in wanted.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            click.echo(f"created {target.as_posix()}")
    except OSError as problem:
        click.echo(f"{problem.filename or folder}: {problem.strerror or problem}", err=True)
        raise SystemExit(ExitCode.MISUSE) from None
    if ".gitattributes" not in wanted:
        click.echo(f"For reviews, add to {attributes.as_posix()}:\n{_ATTRIBUTES.rstrip()}")
    step = "" if folder == Path() else f"cd {folder.as_posix()} && "
    click.echo(f"Next: {step}rtgen generate")


def _files() -> dict[str, str]:
    package = files("rtgen")
    starter = {path: package.joinpath("starter", path).read_text(encoding="utf-8") for path in _STARTER}
    editor = {
        ".rtgen/contract.schema.json": package.joinpath("contract", "language.schema.json").read_text(encoding="utf-8"),
        ".rtgen/config.schema.json": package.joinpath("config.schema.json").read_text(encoding="utf-8"),
    }
    return {**starter, **editor}
