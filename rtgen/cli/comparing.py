"""Two versions of a project's contracts: where each comes from, and which belong together."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rtgen import api, versions
from rtgen.cli.exit_codes import ExitCode
from rtgen.cli.project import Run, specs_of
from rtgen.source.finding import Finding, Severity
from rtgen.source.revisions import Checkout, Revision, RevisionError, checked_out, read_revision

_SUFFIXES = frozenset({".yaml", ".yml"})


class MissingError(Exception):
    """A version is not where it was said to be; `hint` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Version:
    """One contract of one version, with the files it was read from."""

    shown: str
    """How its file is called, such as `git:main:specs/chat.yaml`."""
    resolved: api.Resolved

    @property
    def contract(self) -> api.Contract | None:
        """The contract, where it compiles."""
        return self.resolved.contract


@dataclass(frozen=True, slots=True)
class Compared:
    """An old and a new contract, and everything that changed."""

    old: api.Contract
    new: api.Contract
    found: tuple[versions.Found, ...]


@dataclass(slots=True)
class Comparison:
    """All pairs of a run, and contracts that only one version has."""

    pairs: list[Compared] = field(default_factory=list)
    added: list[api.Contract] = field(default_factory=list)
    removed: list[api.Contract] = field(default_factory=list)


def read_versions(run: Run, old: str, new: str | None, specs: Sequence[Path]) -> Comparison | None:
    """Both versions, paired by the contracts' names. `new` and `specs` left out are the project as it is now.

    `None` when a version does not compile: its findings are in the run then.

    Raises:
        MissingError: A version is not there.
    """
    now = [path for path, _ in specs_of(run, specs)]
    with _versions(run, old, now) as before, _versions(run, new, now) as after:
        for side, name in ((before, old), (after, new)):
            if not side:
                raise MissingError(f"`{name}` holds no contract", "Name the file: `git:main:specs/chat.yaml`.")
    broken = False
    for side, word in ((before, "the old version"), (after, "")):
        for each in side:
            run.texts.update({text.file: text for text in each.resolved.texts})
            broken |= run.say(_told(each, word), ExitCode.FINDINGS)
    return None if broken else _paired(before, after)


def _told(version: Version, word: str) -> Iterator[Finding]:
    """What keeps a version from being compared: its errors; warnings are another verb's."""
    for each in version.resolved.findings:
        if each.severity is Severity.ERROR:
            hint = f"This is {word}: name another, or one that this rtgen can read. {each.hint}" if word else each.hint
            yield Finding(each.rule, each.severity, each.message, each.span, hint.strip(), each.related)


def _paired(before: list[Version], after: list[Version]) -> Comparison:
    comparison = Comparison()
    today = datetime.now(tz=UTC).date()
    old = [each.contract for each in before if each.contract is not None]
    new = [each.contract for each in after if each.contract is not None]
    named = {each.name: each for each in old}
    alone = len(old) == len(new) == 1
    for contract in new:
        other = old[0] if alone else named.get(contract.name)
        if other is None:
            comparison.added.append(contract)
        else:
            comparison.pairs.append(Compared(other, contract, versions.compare(other, contract, today)))
    kept = {pair.old.name for pair in comparison.pairs}
    comparison.removed = [each for each in old if each.name not in kept]
    return comparison


@contextmanager
def _versions(run: Run, where: str | None, now: Sequence[Path]) -> Iterator[list[Version]]:
    """The contracts of one version. They are all read while its files are there."""
    revision = None if where is None else read_revision(where)
    if revision is None:
        yield [_version(run, path, None) for path in (now if where is None else _files(run.here / where, where))]
        return
    try:
        with checked_out(revision, run.here) as checkout:
            yield list(_at_revision(run, revision, checkout, now))
    except RevisionError as problem:
        raise MissingError(str(problem), problem.hint) from None


def _at_revision(run: Run, revision: Revision, checkout: Checkout, now: Sequence[Path]) -> Iterator[Version]:
    if revision.path:
        named = [checkout.folder / revision.path]
        if not named[0].exists():
            raise MissingError(f"`{revision.path}` did not exist at `{revision}`", _WAS_ELSEWHERE)
        paths = _files(named[0], f"{revision}:{revision.path}")
    else:
        paths = [_then(path, revision, checkout) for path in now]
    for path in paths:
        yield _version(run, path, f"{revision}:{path.relative_to(checkout.folder).as_posix()}")


_WAS_ELSEWHERE = (
    "Name the file it was, such as `git:main:specs/old-name.yaml`; for a contract that is new since then, "
    "name only the others as SPEC."
)


def _then(path: Path, revision: Revision, checkout: Checkout) -> Path:
    try:
        was = checkout.was(path)
    except ValueError:
        raise MissingError(f"`{path}` is not in this repository", "Name both versions as files.") from None
    if not was.is_file():
        shown = path.resolve().relative_to(checkout.top).as_posix()
        raise MissingError(f"`{shown}` did not exist at `{revision}`", _WAS_ELSEWHERE)
    return was


def _files(path: Path, shown: str) -> list[Path]:
    """The contracts that a file or a folder is. Files that are parts of contracts are none."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise MissingError(f"`{shown}` is neither a file nor a folder", "Write a path, or `git:` and a revision.")
    return sorted(each for each in path.iterdir() if each.suffix in _SUFFIXES and _is_contract(each))


def _is_contract(path: Path) -> bool:
    return b"\ncontract:" in b"\n" + path.read_bytes()


def _version(run: Run, path: Path, shown: str | None) -> Version:
    name = shown or api.as_shown(Path(os.path.normpath(run.here / path)), run.here)
    source = api.load(path, name)
    return Version(name, api.resolve(source, run.folder))
