"""Where a generated file may land: below its folder, through no link, under a name every system can hold."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from rtgen.files import File, FileKind
from rtgen.source.finding import Finding, error
from rtgen.source.span import file_start

_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?\Z", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_LONGEST = 200


def check_paths(files: Iterable[File], shown: str) -> Iterator[Finding]:
    """Paths that no target may ask for. A finding here is a target's fault, and nothing is written."""
    seen: dict[str, str] = {}
    for file in files:
        path = file.path.as_posix()
        reason = _reason(file)
        if reason:
            yield error("output-path", f"a target asked for `{path}`, {reason}", file_start(shown), "Report it to us.")
        first = seen.setdefault(path.lower(), path)
        if first != path:
            message = f"`{first}` and `{path}` are one file on some systems"
            yield error("output-path", message, file_start(shown), "Rename what they are named after.")


def _reason(file: File) -> str:
    if file.path.is_absolute() or not file.path.parts:
        return "which is not a relative path"
    parts = file.path.parts
    if file.kind is FileKind.YOURS:
        parts = parts[next((index for index, part in enumerate(parts) if part != ".."), len(parts)) :]
    for part in parts:
        if part == "..":
            return "which leaves the output folder"
        if _FORBIDDEN.search(part) or _DEVICE.match(part) or part != part.rstrip(". ") or len(part) > _LONGEST:
            return "a name that not every system can hold"
    return "" if parts else "which names no file"


def find_link(base: Path, target: Path) -> Path | None:
    """The first symbolic link on the way from `base` (itself not looked at) to `target`."""
    here = base
    for part in Path(os.path.relpath(target, base)).parts:
        here = Path(os.path.normpath(here / part))
        if here.is_symlink():
            return here
    return None


def is_inside(folder: Path, path: Path) -> bool:
    """Whether a path, once its `..` are worked out, lies below a folder."""
    return Path(os.path.normpath(path)).is_relative_to(os.path.normpath(folder))


def as_shown(path: Path, base: Path) -> str:
    """A path for messages: relative to where the user stands, when it is below."""
    try:
        return PurePosixPath(Path(os.path.normpath(path)).relative_to(os.path.normpath(base))).as_posix()
    except ValueError:
        return Path(os.path.normpath(path)).as_posix()
