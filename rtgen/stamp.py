"""The stamp of a run that changed nothing: all it depended on, so that the same run is recognised without doing it.

Nothing is taken on trust that can be looked at: every file that was read or written is hashed again, patterns are
looked for again, links followed again. What can't be looked at cheaply (the installation, the day) must be the same.
A stamp that does not hold, can't be read or can't be written only means that the work is done as ever.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from stat import S_ISREG

from rtgen.source.locating import files_matching

FOLDER = ".rtgen_cache"
_KEPT = 16
"""How many stamps a project keeps: one for each way in which its people call rtgen."""

ABSENT = ""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a run depended on, and what it said. Paths are whole."""

    circumstances: str
    """The installation, the day, and the options: a text that must be the same."""
    patterns: tuple[tuple[str, str], ...]
    """Folder and pattern, for each entry of the configuration that names contracts."""
    found: tuple[str, ...]
    """The files that the patterns find together, in their order, each once."""
    links: Mapping[str, str]
    """Where references lead through symbolic links: the path as it is written, and the real one."""
    files: Mapping[str, str]
    """Every file that was read or written, and its state (`states`)."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """What the run prints, by form."""

    def holds(self, circumstances: str) -> bool:
        """Whether everything is as it was."""
        return (
            self.circumstances == circumstances
            and self.found == matching(self.patterns)
            and all(os.path.realpath(path) == real for path, real in self.links.items())
            and self.files == states(self.files)
        )


def matching(patterns: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The files that patterns find, in the order of the patterns, each once."""
    found = (str(path) for folder, pattern in patterns for path in files_matching(Path(folder), pattern))
    return tuple(dict.fromkeys(found))


def states(paths: Iterable[str]) -> dict[str, str]:
    """Each file's content (SHA-256) and real place; `ABSENT` where there is none. What is no file is never the same."""
    return {path: _state(path) for path in paths}


def _state(path: str) -> str:
    try:
        if not S_ISREG(os.stat(path).st_mode):  # noqa: PTH116  # many files; paths as text are the quick way
            return "no file"
        content = Path(path).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    except (OSError, ValueError):
        return "unreadable"
    return f"{hashlib.sha256(content).hexdigest()} {os.path.realpath(path)}"


def read_stamp(project: Path, name: str) -> Stamp | None:
    """The stamp of that name; `None` when there is none of use."""
    try:
        data = json.loads((project / FOLDER / f"{name}.json").read_bytes())
        patterns = tuple((str(folder), str(pattern)) for folder, pattern in data["patterns"])
        links, files, answers = ({str(key): str(each) for key, each in data[word].items()} for word in _MAPPINGS)
        return Stamp(str(data["circumstances"]), patterns, tuple(map(str, data["found"])), links, files, answers)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


_MAPPINGS = ("links", "files", "answers")


def write_stamp(project: Path, name: str, stamp: Stamp) -> None:
    """Keep a stamp. The folder tells version control to leave it alone; a disk that says no is no matter."""
    folder = project / FOLDER
    if folder.is_symlink():  # it would lead to files of somebody else
        return
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("# Made by rtgen; may be deleted at any time.\n*\n", encoding="utf-8")
        new = folder / f"{name}.{os.getpid()}.new"
        new.write_text(json.dumps(asdict(stamp)), encoding="utf-8")
        new.replace(folder / f"{name}.json")
        by_age = sorted(folder.glob("generate-*.json"), key=lambda path: path.stat().st_mtime_ns)
        for old in by_age[:-_KEPT]:
            old.unlink(missing_ok=True)
