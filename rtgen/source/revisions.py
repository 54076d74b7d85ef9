"""Files as they were at a revision of git: `git:main`, `git:v1.2.0:specs/chat.yaml`.

Only `git` itself knows every way in which a repository keeps its objects, so it is asked, as a program of its own.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator
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
        """Whether git could be asked at all."""


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
        """Where the old state of a file or folder of the repository is now. `ValueError` for what is outside of it."""
        return self.folder / path.resolve().relative_to(self.top.resolve())

    def is_now(self, path: Path) -> Path:
        """Where a file of this folder is, or was, in the repository itself."""
        return self.top / path.relative_to(self.folder)


_PARTS = frozenset({".yaml", ".yml", ".json"})
"""What a contract is made of: itself, and files that it refers to."""
_FILE, _LINK = "100", "120"
"""How the modes of files and of symbolic links begin, in a tree of git."""


@contextmanager
def checked_out(revision: Revision, here: Path) -> Iterator[Checkout]:
    """A repository's YAML and JSON files at a revision, in a folder that is gone afterwards. Nothing else is touched.

    The files are what was committed, byte by byte: neither attributes nor line ends of this machine change them.

    Raises:
        RevisionError: There is no git, no repository, or no such revision.
    """
    top = _top(here)
    wanted = list(_listed(top, _commit(revision, top)))
    with TemporaryDirectory(prefix="rtgen-") as name:
        folder = Path(os.path.realpath(name))
        for entry, content in zip(wanted, _contents(top, wanted), strict=True):
            _put(folder, entry, content)
        yield Checkout(folder, top)


@dataclass(frozen=True, slots=True)
class _Entry:
    mode: str
    name: str
    path: PurePosixPath


def _listed(top: Path, commit: str) -> Iterator[_Entry]:
    """Files and links of a commit that contracts can be made of. A path that leads out of the tree is not followed."""
    for line in _git(top, "ls-tree", "-r", "-z", "--full-tree", commit).decode("utf-8", "surrogateescape").split("\0"):
        about, _, name = line.partition("\t")
        path = PurePosixPath(name)
        inside = not path.is_absolute() and ".." not in path.parts
        if inside and path.suffix in _PARTS and about.startswith((_FILE, _LINK)):
            mode, _, blob = about.split(" ")
            yield _Entry(mode, blob, path)


def _contents(top: Path, entries: Iterable[_Entry]) -> Iterator[bytes]:
    """What the entries hold, in their order, asked for in one call."""
    asked = "".join(f"{each.name}\n" for each in entries).encode()
    answer = _git(top, "cat-file", "--batch", said=asked)
    at = 0
    while at < len(answer):
        end = answer.index(b"\n", at)
        head = answer[at:end].split(b" ")
        if len(head) != 3:
            reason = f"git has lost an object of this revision: {answer[at:end].decode(errors='replace')}"
            raise RevisionError(reason, "`git fsck` says more; fetch the revision again.")
        begin, size = end + 1, int(head[2])
        yield answer[begin : begin + size]
        at = begin + size + 1


def _put(folder: Path, entry: _Entry, content: bytes) -> None:
    """Write one file. A link that leads out of the repository is left out: it would name a file of this machine."""
    path = folder / entry.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if not entry.mode.startswith(_LINK):
        path.write_bytes(content)
        return
    leads = os.fsdecode(content)
    if Path(os.path.normpath(path.parent / leads)).is_relative_to(folder):
        path.symlink_to(leads)


def _top(here: Path) -> Path:
    try:
        return Path(_git(here, "rev-parse", "--show-toplevel").decode().strip())
    except RevisionError as problem:
        if problem.runs:
            hint = "Name the old version as a file or a folder, or go into the repository."
            raise RevisionError(f"this folder is in no git repository ({problem})", hint) from None
        raise


def _commit(revision: Revision, top: Path) -> str:
    """The commit that a revision names: what git calls so, else the branch of that name at `origin`."""
    if not revision.name or revision.name.startswith("-"):
        raise RevisionError(f"`{revision}` names no revision", "Write a branch, a tag or a commit: `git:main`.")
    for name in (revision.name, f"refs/remotes/origin/{revision.name}"):
        try:
            return _git(top, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()
        except RevisionError as problem:
            if not problem.runs:
                raise
    shallow = _git(top, "rev-parse", "--is-shallow-repository").decode().strip() == "true"
    hint = (
        f"This clone is shallow: fetch the revision, such as by `git fetch --depth=1 origin {revision.name}` and "
        "`git:FETCH_HEAD`; in GitHub Actions set `fetch-depth: 0` of actions/checkout, in GitLab CI `GIT_DEPTH: 0`."
        if shallow
        else "`git branch --all` and `git tag` list what there is; `git fetch` brings what is new."
    )
    raise RevisionError(f"there is no revision `{revision.name}` here", hint) from None


def _git(here: Path, *words: str, said: bytes = b"") -> bytes:
    try:
        done = subprocess.run(["git", *words], cwd=here, capture_output=True, check=False, input=said)  # noqa: S603, S607
    except OSError as problem:
        hint = "Install git, or name the old version as a file or a folder."
        raise RevisionError(f"git can't be run: {problem.strerror}", hint, runs=False) from None
    if done.returncode == 0:
        return done.stdout
    complaint = done.stderr.decode(errors="replace").strip()
    if "safe.directory" in complaint:
        hint = "Say that you trust it, as is needed in containers: `git config --global --add safe.directory '*'`."
        raise RevisionError("git does not trust this repository: it belongs to another user", hint, runs=False)
    _, _, last = complaint.rpartition("\n")
    raise RevisionError(f"git says: {last or 'nothing'}", "Run the same in your shell to see more.")
