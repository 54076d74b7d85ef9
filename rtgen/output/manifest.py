"""What rtgen wrote into a folder, with hashes: the proof that a file may be replaced or removed.

Several contracts and targets may share one folder, so each file names its owners (`chat/python`), and a run changes
only what its own owners say.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME = ".rtgen-manifest.json"
_VERSION = 1


class ManifestError(ValueError):
    """The manifest can't be read; without it nothing is known to be ours."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One generated file: the hash of what we wrote, and who asked for it."""

    sha256: str
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """Generated files by path, and the handlers that the user's files were last known to need."""

    files: Mapping[str, Entry] = field(default_factory=dict)
    handlers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By path of a file of the user's: `<class base>.<method>` of each handler."""
    handler_owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self) -> str:
        """The file's text, the same for the same content."""
        files = {
            path: {"sha256": entry.sha256, "for": sorted(entry.owners)} for path, entry in sorted(self.files.items())
        }
        yours = {
            path: {"handlers": sorted(names), "for": sorted(self.handler_owners.get(path, ()))}
            for path, names in sorted(self.handlers.items())
        }
        about = "Written by rtgen: which files here are generated. Commit it."
        return json.dumps({"about": about, "version": _VERSION, "files": files, "yours": yours}, indent=2) + "\n"


def parse_manifest(text: str) -> Manifest:
    """The manifest in a text.

    Raises:
        ManifestError: It is not one of ours.
    """
    try:
        data: Any = json.loads(text)
        if data["version"] != _VERSION:
            raise ManifestError(f"it has version {data['version']!r}; this rtgen knows {_VERSION}")
        files = {str(path): Entry(str(each["sha256"]), tuple(each["for"])) for path, each in data["files"].items()}
        handlers = {str(path): tuple(each["handlers"]) for path, each in data["yours"].items()}
        owners = {str(path): tuple(each["for"]) for path, each in data["yours"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        if isinstance(problem, ManifestError):
            raise
        raise ManifestError("it is not a manifest of rtgen's") from problem
    return Manifest(files, handlers, owners)


def paths_in(root: Path) -> Iterator[Path]:
    """The manifest of a folder and every file that it names; those of a manifest of no use are none."""
    yield root / NAME
    try:
        known = parse_manifest((root / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    yield from (Path(os.path.normpath(root / path)) for path in (*known.files, *known.handlers))


def content_hash(data: bytes) -> str:
    """SHA-256 of a file's content; a version control's CRLF counts as LF."""
    return hashlib.sha256(normal(data)).hexdigest()


def normal(data: bytes) -> bytes:
    """Content with LF line ends."""
    return data.replace(b"\r\n", b"\n")
