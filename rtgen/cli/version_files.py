"""Where the contracts of a version are: files, a folder, the project, or any of these at a revision of git."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rtgen import api
from rtgen.cli.project import Run, says_contract, specs_of
from rtgen.cli.released import WORD, newest
from rtgen.config import load_config
from rtgen.source.locating import files_matching
from rtgen.source.revisions import Checkout, Revision, RevisionError, checked_out, read_revision

_SUFFIXES = frozenset({".yaml", ".yml"})
_SHOWN = 5


class MissingError(Exception):
    """A version is not where it was said to be; `hint` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Version:
    """One contract of one version, with the files it was read from."""

    path: Path
    """Where its file is; for one of a revision, where it was in the repository."""
    shown: str
    """How its file is called, such as `git:main:specs/chat.yaml`."""
    resolved: api.Resolved

    @property
    def contract(self) -> api.Contract | None:
        """The contract, where it compiles."""
        return self.resolved.contract


@dataclass(frozen=True, slots=True)
class Side:
    """The contracts that one side of a comparison holds."""

    shown: str
    versions: Sequence[Version]
    whole: bool
    """Whether these are all there are: what is not among them does not exist."""


def new_side(run: Run, where: str | None, specs: Sequence[Path]) -> Side:
    """The new version. With neither `where` nor `specs` it is the project as it is now.

    Raises:
        MissingError: It is not there.
    """
    if where is not None:
        return _side(run, where, None)
    versions = [each for path, _ in specs_of(run, specs) if (each := _read(run, path, given=bool(specs)))]
    if not versions and not run.codes:
        hint = "Name contracts or a folder, or list them under `specs:` of an rtgen.yaml."
        raise MissingError("there is no contract to compare", hint)
    return Side("the project", versions, whole=not specs)


def old_side(run: Run, where: str, new: Side) -> Side:
    """The old version of what is new; of a revision that is what the same files held, wherever they were.

    Raises:
        MissingError: It is not there.
    """
    return _side(run, where, new)


def _side(run: Run, where: str, new: Side | None) -> Side:
    revision = read_revision(where)
    if where == WORD and not (run.here / where).exists():
        return _released(run, new)
    if revision is None:
        path = run.here / where
        versions = [each for file in _files(path, where) if (each := _read(run, file, given=path.is_file()))]
        return _held(Side(where, versions, whole=path.is_dir()))
    try:
        with checked_out(revision, run.here) as checkout:
            return _held(_Then(run, revision, checkout).side(new))
    except RevisionError as problem:
        raise MissingError(str(problem), problem.hint) from None


def _released(run: Run, new: Side | None) -> Side:
    """The newest release of each contract that is new, and of those that are no more."""
    specs = [each.path for each in new.versions] if new is not None else [path for path, _ in specs_of(run, ())]
    names = {each.contract.name for each in new.versions if each.contract is not None} if new is not None else set()
    whole = new is None or new.whole
    paths = [path for name, path in newest(specs).items() if whole or name in names]
    versions = [each for path in paths if (each := _read(run, path, given=True))]
    if not versions:
        raise MissingError(
            "nothing is released", "`rtgen release` keeps a version, in `.released/` beside the contract."
        )
    return Side(WORD, versions, whole=whole)


def _held(side: Side) -> Side:
    if not side.versions:
        hint = (
            "Name the file as it was, such as `git:main:specs/chat.yaml`. The first contract of all has nothing to be "
            "compared with: begin once it is in the old version."
        )
        raise MissingError(f"`{side.shown}` holds no contract", hint)
    return side


@dataclass(frozen=True, slots=True)
class _Then:
    """A repository as it was."""

    run: Run
    revision: Revision
    checkout: Checkout

    def side(self, new: Side | None) -> Side:
        """What a revision holds: the path it names, else the project, else the files that are `new` now."""
        if self.revision.path:
            named, shown = self.checkout.folder / self.revision.path, f"{self.revision}:{self.revision.path}"
            if not named.exists():
                raise MissingError(f"`{self.revision.path}` did not exist at `{self.revision}`", self._hint())
            paths = list(_files(named, shown))
            return Side(shown, list(self._versions(paths, given=named.is_file())), whole=named.is_dir())
        if new is None:
            return Side(str(self.revision), list(self._versions(self._project(), given=False)), whole=True)
        versions = list(self._versions(self._project() if new.whole else (), given=False))
        for each in new.versions:
            versions += self._before(each, versions, whole=new.whole)
        return Side(str(self.revision), versions, whole=new.whole)

    def _before(self, now: Version, known: Sequence[Version], *, whole: bool) -> Iterator[Version]:
        """What one contract was, unless that is known already: the same file, or the one that has its name."""
        name = "" if now.contract is None else now.contract.name
        if any(name == each.contract.name for each in known if each.contract is not None):
            return
        try:
            was = self.checkout.was(now.path)
        except ValueError:
            raise MissingError(f"`{now.shown}` is not in this repository", "Name both versions as files.") from None
        if not was.is_file():
            found = self._called(name, now.path.name) if name else []
            if len(found) > 1:
                shown = ", ".join(f"`{each.relative_to(self.checkout.folder).as_posix()}`" for each in found[:_SHOWN])
                message = f"contract `{name}` stood elsewhere at `{self.revision}`, in more than one file: {shown}"
                raise MissingError(message, f"Name one of them: `{self.revision}:PATH`.")
            if not found:
                if whole:
                    return
                path = self.checkout.is_now(was).relative_to(self.checkout.top).as_posix()
                message = f"neither `{path}` nor a contract `{name}` existed at `{self.revision}`"
                raise MissingError(message, self._hint())
            was = found[0]
        if was not in [self.checkout.folder / each.path.relative_to(self.checkout.top) for each in known]:
            yield from self._versions([was], given=True)

    def _hint(self) -> str:
        return (
            f"Name the file as it was, such as `{self.revision}:specs/old-name.yaml`. A contract that is new since "
            "then has nothing to be compared with: name only the others."
        )

    def _project(self) -> Iterator[Path]:
        """The files that the project's patterns find, those of now and those of then."""
        config = self.run.config
        if config is None:
            return
        folder = self.checkout.was(config.folder)
        was = folder / self.run.config_name
        then = load_config(was).config if was.is_file() else None
        patterns = [pattern for each in (config, then) if each is not None for pattern, _ in each.specs]
        yield from dict.fromkeys(path for pattern in patterns for path in files_matching(folder, pattern))

    def _called(self, name: str, file: str) -> list[Path]:
        """Every file that is a contract of this name; only the one that is called `file`, where there is one."""
        says = re.compile(rf"^contract:[ \t]*[\"']?{re.escape(name)}[\"']?[ \t]*(?:#.*)?\r?$".encode(), re.MULTILINE)
        yaml = (each for each in sorted(self.checkout.folder.rglob("*")) if each.suffix in _SUFFIXES and each.is_file())
        found = [each for each in yaml if says.search(each.read_bytes())]
        same = [each for each in found if each.name == file]
        return same if len(same) == 1 else found

    def _versions(self, paths: Iterator[Path] | Sequence[Path], *, given: bool) -> Iterator[Version]:
        for path in paths:
            shown = f"{self.revision}:{path.relative_to(self.checkout.folder).as_posix()}"
            found = _read(self.run, path, shown, given=given)
            if found is not None:
                yield Version(self.checkout.is_now(path), shown, found.resolved)


def _files(path: Path, shown: str) -> list[Path]:
    """A file, or the YAML files of a folder."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise MissingError(f"`{shown}` is neither a file nor a folder", "Write a path, or `git:` and a revision.")
    return sorted(each for each in path.iterdir() if each.suffix in _SUFFIXES and each.is_file())


def _read(run: Run, path: Path, shown: str = "", *, given: bool) -> Version | None:
    """One contract; `None` for a part of contracts that only a pattern found."""
    source = api.load(path, shown or api.as_shown(path, run.here))
    if not given and source.root is not None and not says_contract(source):
        return None
    return Version(path, source.text.file, api.resolve(source, run.folder))
