"""The one Jinja environment. Templates lay out; every decision was made in Python before."""

from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import jinja2

from rtgen.files import File, FileKind
from rtgen.targets.text import Printable


class UnescapedValueError(TypeError):
    """A template tried to print a plain string: our bug, found before anything is written."""


def _only_printable(value: object) -> object:
    if isinstance(value, Printable) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise UnescapedValueError(f"a template may print only Printable values, not {type(value).__name__}: {value!r}")


@cache
def templates_folder() -> Path:
    """Where `templates/` is: inside the installed wheel, or beside the package in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_templates"
    return installed if installed.is_dir() else package.parent / "templates"


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  # output is Python and TypeScript; escaping is by type, see targets.text
        finalize=_only_printable,
    )


def render(template: str, context: object) -> str:
    """The text of a template, such as `python/channel.py.jinja`, for one frozen context dataclass."""
    if not is_dataclass(context) or isinstance(context, type):
        raise TypeError("a template takes one context dataclass")
    values = {each.name: getattr(context, each.name) for each in fields(context)}
    return _environment().get_template(template).render(values)


def runtime_files(target: str, folder: str, suffixes: tuple[str, ...], *, keep: str = "") -> tuple[File, ...]:
    """Copies of a target's runtime, `templates/<target>/<folder>/**`, byte for byte, sorted by path.

    `keep` is put before each path (the runtime's place in the output).
    """
    root = templates_folder() / target / folder
    found = sorted(path for path in root.rglob("*") if path.suffix in suffixes and "__pycache__" not in path.parts)
    return tuple(
        File(
            PurePosixPath(keep) / path.relative_to(root).as_posix(),
            path.read_text(encoding="utf-8"),
            FileKind.RUNTIME,
        )
        for path in found
    )
