"""Files as they were at a revision of git: `git:main`, `git:v1.2.0:specs/chat.yaml`.

Only `git` itself knows every way in which a repository keeps its objects, so it is asked, as a program of its own.
"""

import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

PREFIX = "git:"


class RevisionError(Exception):
    """A revision can't be read. The message says what is wrong, `hint` what to do."""

    def __init__(self, message: str, hint: str, *, runs: bool = True) -> None:
        super().__init__(message)
        self.hint = hint
        self.runs = runs
        """Whether git is there at all."""


@dataclass(frozen=True, slots=True)
class Revision:
    """`git:REV` or `git:REV:PATH`, as written on a command line; `path` is from the repository's top."""

    name: str
    path: str = ""

    def __str__(self) -> str:
        return f"{PREFIX}{self.name}"


def read_revision(text: str) -> Revision | None:
    """The revision that a text names; `None` when it names a file or a folder."""
    if not text.startswith(PREFIX):
        return None
    name, _, path = text.removeprefix(PREFIX).partition(":")
    return Revision(name, path)


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder with files as they were."""

    folder: Path
    """Holds what the repository held, as far as it was asked for."""
    top: Path
    """The repository's own folder."""

    def was(self, path: Path) -> Path:
        """Where the old state of a file or folder of the repository is now."""
        return self.folder / path.resolve().relative_to(self.top)


@contextmanager
def checked_out(revision: Revision, here: Path) -> Iterator[Checkout]:
    """All of a repository's YAML files at a revision, in a folder that is gone afterwards. Nothing else is touched.

    Raises:
        RevisionError: There is no git, no repository, or no such revision.
    """
    top = _top(here)
    commit = _commit(revision, top)
    listed = _git(top, "ls-tree", "-r", "-z", "--name-only", commit).decode("utf-8", "surrogateescape").split("\0")
    wanted = [name for name in listed if PurePosixPath(name).suffix in {".yaml", ".yml"}]
    with TemporaryDirectory(prefix="rtgen-") as name:
        folder = Path(os.path.realpath(name))
        if wanted:
            archive = _git(top, "archive", "--format=tar", commit, "--", *wanted)
            with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
                tar.extractall(folder, filter="data")
        yield Checkout(folder, top)


def _top(here: Path) -> Path:
    try:
        return Path(_git(here, "rev-parse", "--show-toplevel").decode().strip())
    except RevisionError as problem:
        if problem.runs:
            hint = "Name the old version as a file or a folder, or go into the repository."
            raise RevisionError(f"this folder is in no git repository ({problem})", hint) from None
        raise


def _commit(revision: Revision, top: Path) -> str:
    if not revision.name or revision.name.startswith("-"):
        raise RevisionError(f"`{revision}` names no revision", "Write a branch, a tag or a commit: `git:main`.")
    try:
        return _git(top, "rev-parse", "--verify", "--quiet", f"{revision.name}^{{commit}}").decode().strip()
    except RevisionError:
        shallow = _git(top, "rev-parse", "--is-shallow-repository").decode().strip() == "true"
        hint = (
            "This clone is shallow: fetch the revision, such as with `git fetch --depth=1 origin main:main`, "
            "or `fetch-depth: 0` in GitHub Actions."
            if shallow
            else "`git branch --all` and `git tag` list what there is; a remote's branch is `git:origin/main`."
        )
        raise RevisionError(f"there is no revision `{revision.name}` here", hint) from None


def _git(here: Path, *words: str) -> bytes:
    try:
        done = subprocess.run(["git", *words], cwd=here, capture_output=True, check=False)  # noqa: S603, S607
    except OSError as problem:
        hint = "Install git, or name the old version as a file or a folder."
        raise RevisionError(f"git can't be run: {problem.strerror}", hint, runs=False) from None
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace").strip().splitlines()
    raise RevisionError(f"git says: {said[-1] if said else 'nothing'}", "Run the same in your shell to see more.")
