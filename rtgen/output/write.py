"""Carrying out plans: all or nothing, and only what changed.

New content is written beside its place first; then each file is swapped in by one rename. When anything fails, what
was swapped is put back, so that a full disk or a missing right never leaves half of a run.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rtgen.output.plan import Change, Plan

_SUFFIX = ".rtgen-new"


class WriteError(Exception):
    """The disk said no; everything is as it was before."""


def write_plans(plans: Sequence[Plan]) -> None:
    """Make the folders hold what their plans say.

    Raises:
        WriteError: Something could not be written; nothing is changed then.
    """
    changes = [change for plan in plans for change in plan.changes]
    _Writing().run(changes)
    for change in changes:
        if change.after is None:
            _drop_empty_folders(change.path.parent, {plan.root for plan in plans})


@dataclass(slots=True)
class _Writing:
    prepared: list[tuple[Path, Path]] = field(default_factory=list)
    undo: list[tuple[Path, bytes | None]] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)

    def run(self, changes: Iterable[Change]) -> None:
        try:
            for change in changes:
                if change.after is not None:
                    self._prepare(change.path, change.after)
                if change.keep_copy and change.before is not None:
                    self._keep_copy(change)
            for change in changes:
                self.undo.append((change.path, change.before))
                if change.after is None:
                    change.path.unlink()
                else:
                    self._new(change.path).replace(change.path)
        except OSError as problem:
            self._roll_back()
            raise WriteError(f"{problem.filename or 'the output'}: {problem.strerror or problem}") from problem
        except BaseException:
            self._roll_back()
            raise

    @staticmethod
    def _new(path: Path) -> Path:
        return path.with_name(f"{path.name}{_SUFFIX}")

    def _prepare(self, path: Path, content: bytes) -> None:
        missing = [each for each in path.parents if not each.exists()]
        for folder in reversed(missing):
            folder.mkdir()
            self.folders.append(folder)
        new = self._new(path)
        self.prepared.append((new, path))
        new.unlink(missing_ok=True)  # of a run that was killed; a link there must not be written through
        with new.open("xb") as file:
            file.write(content)
        if path.exists():
            new.chmod(path.stat().st_mode & 0o777)

    def _keep_copy(self, change: Change) -> None:
        copy = change.path.with_name(change.path.name + ".orig")
        number = 1
        while copy.exists() or copy.is_symlink():
            copy = change.path.with_name(f"{change.path.name}.orig{number}")
            number += 1
        self.undo.append((copy, None))
        copy.write_bytes(change.before or b"")

    def _roll_back(self) -> None:
        """Undo whatever can be undone: a step that fails keeps none of the others from being tried."""
        for new, _ in self.prepared:
            with suppress(OSError):
                new.unlink(missing_ok=True)
        for path, before in reversed(self.undo):
            with suppress(OSError):
                if before is None:
                    path.unlink(missing_ok=True)
                elif not path.exists() or path.read_bytes() != before:
                    path.write_bytes(before)
        for folder in reversed(self.folders):
            with suppress(OSError):
                folder.rmdir()  # only when it is empty


def _drop_empty_folders(folder: Path, roots: set[Path]) -> None:
    """Folders that a removal emptied go too, up to the output folder itself."""
    while folder not in roots and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
