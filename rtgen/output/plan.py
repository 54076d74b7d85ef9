"""What writing would change, decided before anything is touched. Writing and `--check` are two users of one plan."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rtgen.files import File, FileKind
from rtgen.output.manifest import NAME, Entry, Manifest, ManifestError, content_hash, normal, parse_manifest
from rtgen.output.paths import as_shown, check_paths, find_link, is_inside
from rtgen.output.user_files import complete, leftovers
from rtgen.source.finding import Finding, Severity, error, warning
from rtgen.source.span import file_start

Owner = str
"""`<contract>/<target>`: who asks for a file."""


@dataclass(frozen=True, slots=True)
class Change:
    """One file that writing would touch. No `before`: it is new. No `after`: it goes."""

    path: Path
    shown: str
    before: bytes | None
    after: bytes | None
    owners: tuple[Owner, ...] = ()
    added: tuple[str, ...] = ()
    """Handlers added to a file of the user's."""
    keep_copy: bool = False
    """Somebody else's content is replaced, so a copy of it is kept."""


@dataclass(slots=True)
class Plan:
    """Everything that writing one folder would do. With an error among `findings` it must not be written."""

    root: Path
    changes: list[Change] = field(default_factory=list)
    unchanged: list[tuple[Owner, ...]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether a finding stands against writing."""
        return any(each.severity is Severity.ERROR for each in self.findings)


@dataclass(frozen=True, slots=True)
class Request:
    """What a folder should hold.

    `project` is the folder beyond which nothing is written, not even a file of the user's. `stands_in` is what paths
    in messages are relative to. With `complete`, files of owners that are not asked now are no longer wanted.
    """

    root: Path
    project: Path
    stands_in: Path
    files: Mapping[Owner, tuple[File, ...]]
    complete: bool = False
    force: bool = False


_APART = {
    FileKind.GENERATED: "Give each its own `out`; `{contract}` in it stands for the contract's name.",
    FileKind.RUNTIME: "Give each its own `out`; `{contract}` in it stands for the contract's name.",
    FileKind.YOURS: "Give each contract its own folder, such as `handlers: '{contract}_handlers'`.",
}


def make_plan(request: Request) -> Plan:
    """Compare what a folder should hold with what it holds."""
    return _Planner(request).plan()


@dataclass(slots=True)
class _Wanted:
    file: File
    owners: list[Owner]


@dataclass(slots=True)
class _Planner:
    request: Request
    made: Plan = field(init=False)
    old: Manifest = field(default_factory=Manifest)
    entries: dict[str, Entry] = field(default_factory=dict)
    handlers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    handler_owners: dict[str, tuple[Owner, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.made = Plan(self.request.root)

    def plan(self) -> Plan:
        wanted = self._wanted()
        if self._is_closed() or self.made.refused:
            return self.made
        for path, each in sorted(wanted.items()):
            if each.file.kind is FileKind.YOURS:
                self._yours(path, each)
            else:
                self._generated(path, each)
        self._stale(wanted)
        self._stale_handlers(wanted)
        self._manifest()
        return self.made

    def _shown(self, path: Path) -> str:
        return as_shown(path, self.request.stands_in)

    def _refuse(self, rule: str, message: str, path: Path, hint: str) -> None:
        self.made.findings.append(error(rule, message, file_start(self._shown(path)), hint))

    def _wanted(self) -> dict[str, _Wanted]:
        wanted: dict[str, _Wanted] = {}
        for owner, files in self.request.files.items():
            for file in files:
                known = wanted.setdefault(file.path.as_posix(), _Wanted(file, []))
                if known.file.text != file.text:
                    message = f"{known.owners[0]} and {owner} both make this file, each another one"
                    self._refuse("output-conflict", message, self.request.root / file.path, _APART[file.kind])
                known.owners.append(owner)
        shown = self._shown(self.request.root)
        self.made.findings.extend(check_paths((each.file for each in wanted.values()), shown))
        return wanted

    def _is_closed(self) -> bool:
        root = self.request.root
        if not is_inside(self.request.project, root):
            self._refuse("output-path", "the output folder is outside of the project", root, "Choose one below it.")
            return True
        link = find_link(self.request.project, root)
        if link is not None:
            self._refuse("output-link", "a symbolic link leads to the output folder", link, "Name the real one.")
            return True
        if root.exists() and not root.is_dir():
            self._refuse("output-path", "the output folder is a file", root, "Choose another `out`.")
            return True
        manifest = root / NAME
        try:
            if manifest.exists() and find_link(root, manifest) is None:
                self.old = parse_manifest(manifest.read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            reason = problem if isinstance(problem, ManifestError) else "it can't be read"
            hint = "Restore it from version control, or delete it and use `--force`."
            self._refuse("bad-manifest", f"the manifest is of no use: {reason}", manifest, hint)
            return True
        return False

    def _read(self, path: Path) -> bytes | None:
        """The content of a file; `None` when there is none. What can't be read or is no file is refused."""
        link = find_link(self.request.root, path)
        if link is not None:
            self._refuse("output-link", "a symbolic link stands in the way", link, "Remove it; links are not followed.")
            return None
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as problem:
            reason = problem.strerror or "unknown reason"
            self._refuse("output-unreadable", f"this can't be read or replaced: {reason}", path, "Move it away.")
            return None

    def _generated(self, relative: str, wanted: _Wanted) -> None:
        path = self.request.root / relative
        after = wanted.file.text.encode()
        known = self.old.files.get(relative)
        others = self._other_owners(known.owners if known else ())
        self.entries[relative] = Entry(content_hash(after), tuple(sorted({*wanted.owners, *others})))
        before = self._read(path)
        if before is not None and normal(before) == after:
            self.made.unchanged.append(tuple(wanted.owners))
            return
        ours = before is None or (known is not None and content_hash(before) == known.sha256)
        if not ours and not self.request.force:
            if known is None:
                hint = "Move it away, choose another `out`, or use `--force` (a copy is kept)."
                self._refuse("foreign-file", "this file is in the way, and rtgen did not write it", path, hint)
            else:
                hint = "Undo the edit, or use `--force` (a copy is kept). Your code belongs into the handlers."
                self._refuse("edited-file", "this generated file was edited by hand", path, hint)
        change = Change(path, self._shown(path), before, after, tuple(wanted.owners), keep_copy=not ours)
        self.made.changes.append(change)

    def _other_owners(self, owners: Iterable[Owner]) -> tuple[Owner, ...]:
        return () if self.request.complete else tuple(each for each in owners if each not in self.request.files)

    def _yours(self, relative: str, wanted: _Wanted) -> None:
        path = Path(os.path.normpath(self.request.root / relative))
        if not is_inside(self.request.project, path):
            hint = "Choose `handlers` inside of it."
            self._refuse("output-path", "files of yours are written inside of the project only", path, hint)
            return
        needed = {f"{each.class_base}.{each.method}" for each in wanted.file.completions}
        self.handler_owners[relative] = tuple(wanted.owners)
        before = self._read(path)
        if before is None:
            self.handlers[relative] = tuple(sorted(needed))
            after = wanted.file.text.encode()
            self.made.changes.append(Change(path, self._shown(path), None, after, tuple(wanted.owners)))
            return
        text = before.decode("utf-8", errors="surrogateescape")
        done = complete(text, wanted.file.completions, self._shown(path))
        self.made.findings.extend(done.findings)
        gone = set(self.old.handlers.get(relative, ())) - needed
        left = leftovers(text, gone, self._shown(path))
        self.made.findings.extend(finding for _, finding in left)
        self.handlers[relative] = tuple(sorted({*needed, *(name for name, _ in left)}))
        if done.added:
            after = done.text.encode("utf-8", errors="surrogateescape")
            owners = tuple(wanted.owners)
            self.made.changes.append(Change(path, self._shown(path), before, after, owners, tuple(done.added)))
        else:
            self.made.unchanged.append(tuple(wanted.owners))

    def _stale(self, wanted: Mapping[str, _Wanted]) -> None:
        """Files of ours that nobody wants any more go, if the hash proves that nobody edited them."""
        for relative, entry in self.old.files.items():
            if relative in wanted:
                continue
            others = self._other_owners(entry.owners)
            if others:
                self.entries[relative] = Entry(entry.sha256, others)
                continue
            path = self.request.root / relative
            if not is_inside(self.request.root, path):
                continue  # a manifest of ours never says so
            before = self._read(path)
            if before is None:
                continue
            if content_hash(before) != entry.sha256:
                message = "this file is no longer generated, but it was edited, so it stays"
                hint = "Delete it when you don't need it."
                self.made.findings.append(warning("stale-edited", message, file_start(self._shown(path)), hint))
                continue
            self.made.changes.append(Change(path, self._shown(path), before, None, entry.owners))

    def _stale_handlers(self, wanted: Mapping[str, _Wanted]) -> None:
        for relative, names in self.old.handlers.items():
            if relative in wanted:
                continue
            others = self._other_owners(self.old.handler_owners.get(relative, ()))
            path = Path(os.path.normpath(self.request.root / relative))
            if others:
                self.handlers[relative], self.handler_owners[relative] = names, others
            elif is_inside(self.request.project, path) and path.is_file():
                self.handlers[relative] = names
                message = "nothing in the contract needs this file any more"
                hint = "Delete it when you no longer need it."
                self.made.findings.append(warning("handler-gone", message, file_start(self._shown(path)), hint))

    def _manifest(self) -> None:
        path = self.request.root / NAME
        if not self.entries and not self.handlers and not path.exists():
            return
        after = Manifest(self.entries, self.handlers, self.handler_owners).text().encode()
        before = self._read(path)
        if before is None or normal(before) != after:
            self.made.changes.append(Change(path, self._shown(path), before, after))
