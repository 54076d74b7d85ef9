"""What a run depends on beside the files it names: this installation of rtgen and of its dependencies, and the day.

A few hundred files are asked for their time and size, which takes milliseconds. An edit in a checkout of rtgen, a
package that is installed, updated or removed, another Python: each makes another text.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import rtgen

_METADATA = (".dist-info", ".egg-info", ".egg-link", ".pth")


def circumstances() -> str:
    """A text that is the same as long as this installation and the day (UTC) are.

    The day is in it because ignores end and things are to be gone on a day: what was right yesterday may be a finding.
    """
    digest = hashlib.sha256()
    for line in (sys.version, sys.prefix, *sys.path, *_own(), *_packages()):
        digest.update(f"{line}\n".encode(errors="surrogateescape"))
    return f"rtgen {rtgen.__version__} {digest.hexdigest()} {datetime.now(tz=UTC).date()}"


def _own() -> Iterator[str]:
    """The files of rtgen itself and its templates: beside the package in a checkout, inside of it when installed."""
    package = Path(rtgen.__file__).parent
    for root in (package, package.parent / "templates"):
        yield from _below(str(root))


def _below(folder: str) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith((".", "__pycache__")):
            continue
        if entry.is_dir():
            yield from _below(entry.path)
        else:
            yield _seen(entry)


def _packages() -> Iterator[str]:
    """What is installed: the metadata folders carry name and version, and are new after an installation."""
    for folder in sys.path:
        try:
            entries = sorted(os.scandir(folder or "."), key=lambda entry: entry.name)
        except OSError:
            continue
        yield from (_seen(entry) for entry in entries if entry.name.endswith(_METADATA))


def _seen(entry: "os.DirEntry[str]") -> str:
    try:
        status = entry.stat()
    except OSError:
        return f"{entry.path} is gone"
    return f"{entry.path} {status.st_mtime_ns} {status.st_size}"
