"""The leaf type that targets make and `output` writes, so that neither needs to know the other."""

from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath


class FileKind(Enum):
    """Who owns a file after it was written."""

    GENERATED = "generated"
    """Replaced whole by every run; an edit in it is lost, and `--check` tells of it."""

    RUNTIME = "runtime"
    """Copied byte for byte from rtgen's own runtime source; otherwise like `GENERATED`."""

    YOURS = "yours"
    """Written once, then only added to (see `Completion`); never replaced, never removed."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What a file of the user's must contain, and what to add where it does not.

    `class_base` is the base class whose subclass in the user's file must define `method`; `lines` are the
    method's source, indented as they go into that class. `subject` names the contract's construct in reports.
    """

    class_base: str
    method: str
    lines: tuple[str, ...]
    subject: str


@dataclass(frozen=True, slots=True)
class File:
    """One file of output: a path below the target's output folder, and its whole text (LF, UTF-8)."""

    path: PurePosixPath
    text: str
    kind: FileKind = FileKind.GENERATED
    completions: tuple[Completion, ...] = ()
    """Only for `FileKind.YOURS`: the handlers this file must have."""
