"""`rtgen generate --watch`: generate again whenever a file that counts has changed.

Files are asked for their time, size and inode a few times a second. That sees every way of saving (editors that write
in place, that swap files, that delete first), needs no other package, and costs nothing for the few files there are.
"""

import gc
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from rtgen import api
from rtgen.cli.exit_codes import ExitCode
from rtgen.cli.generating import Outcome, generate_once
from rtgen.cli.known import path_of
from rtgen.cli.project import Run, baseline_is_current, specs_of
from rtgen.cli.released import PATTERN, folders_beside
from rtgen.cli.wish import Wish
from rtgen.source.locating import files_matching, find_config
from rtgen.source.text import Text

_EVERY = 0.1
_SETTLED = 0.05
_RETURNS_WITHIN = 0.5
"""How long a file may be away before it counts as deleted: some editors remove before they write."""
_AT_MOST = 2.0
"""How long changes may go on until they are looked at."""
_LISTED = 12

Seen = tuple[int, int, int] | None
"""Time, size and inode of a file; `None` where there is none."""


def run_watch(wish: Wish) -> ExitCode:
    """Generate, then again after each change, until Ctrl-C."""
    gc.set_threshold(200_000, 20, 1000)  # seldom: most of what one run makes, the run needs
    gc.enable()
    try:
        _Watching(wish).run()
    except KeyboardInterrupt:
        click.echo("\nNo longer watching.")
    return ExitCode.CLEAN


@dataclass(slots=True)
class _Watching:
    wish: Wish
    here: Path = field(default_factory=Path.cwd)
    files: dict[Path, Seen] = field(default_factory=dict)
    last: Run | None = None

    def run(self) -> None:
        outcome = generate_once(self.wish)
        self._remember(outcome.run)
        while True:
            count = sum(seen is not None for seen in self.files.values())
            click.echo(f"Watching {count} file{'' if count == 1 else 's'}; Ctrl-C ends.")
            changed = self._wait()
            click.echo(f"\n{', '.join(changed)}")
            self._again()

    def _again(self) -> None:
        began = time.perf_counter()
        try:
            outcome = generate_once(self.wish)
        except click.UsageError as problem:
            click.echo(f"{problem.format_message()}\nWhat was generated last stays.")
            return
        self._remember(outcome.run)
        for line in _told(outcome, time.perf_counter() - began):
            click.echo(line)

    def _remember(self, run: Run) -> None:
        """Which files count from now on, as they were before the run: what changed meanwhile is still to be seen."""
        self.last = run
        read = {self.here / shown: text for shown, text in run.texts.items()}
        known = path_of(run.folder, run.settings)
        before = self.files
        self.files = {}
        for path in self._paths():
            if path in before:
                self.files[path] = before[path]
            else:
                current = _holds(path, read[path]) if path in read else path == known and baseline_is_current(run)
                self.files[path] = _look(path) if current else None

    def _paths(self) -> Iterator[Path]:
        """The configuration, the known findings, whatever was read, contracts that patterns find, and releases."""
        found = self.wish.config or find_config(self.here)
        if found is not None:
            yield self.here / found
        if self.last is None:
            return
        yield path_of(self.last.folder, self.last.settings)
        yield from (self.here / shown for shown in self.last.texts)
        fresh = Run(self.last.here, self.last.config)
        specs = [self.here / path for path, _ in specs_of(fresh, self.wish.specs)]
        yield from specs
        yield from (path for folder in folders_beside(specs) for path in files_matching(folder, PATTERN))

    def _now(self) -> dict[Path, Seen]:
        return {path: _look(path) for path in self._paths()}

    def _wait(self) -> list[str]:
        """Sleep until files have changed and are at rest again; what happened to them."""
        while (now := self._now()) == self.files:
            time.sleep(_EVERY)
        first = time.monotonic()
        while (waited := time.monotonic() - first) < _AT_MOST:
            time.sleep(_SETTLED)
            again = self._now()
            away = any(seen is None and self.files.get(path) is not None for path, seen in again.items())
            if again == now and (not away or waited > _RETURNS_WITHIN):
                break
            now = again
        before, self.files = self.files, now
        return sorted(_changes(before, now, self.here)) or ["nothing changed after all"]


def _look(path: Path) -> Seen:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _holds(path: Path, text: Text) -> bool:
    """Whether a file still holds what was read from it."""
    return api.load(path, text.file).text.characters == text.characters


def _changes(before: Mapping[Path, Seen], after: Mapping[Path, Seen], here: Path) -> Iterator[str]:
    for path in before.keys() | after.keys():
        if before.get(path) != after.get(path):
            gone, new = after.get(path) is None, before.get(path) is None
            word = "is gone" if gone else "is new" if new else "changed"
            yield f"{api.as_shown(Path(os.path.normpath(path)), here)} {word}"


def _told(outcome: Outcome, seconds: float) -> Iterator[str]:
    """What a run did: each file that changed, or that nothing was written."""
    if outcome.code is not ExitCode.CLEAN:
        yield "What was generated last stays."
        return
    changes = [change for plan in outcome.plans for change in plan.changes]
    for change in changes[:_LISTED]:
        word = "created" if change.before is None else "removed" if change.after is None else "replaced"
        yield f"  {word} {change.shown}"
    if len(changes) > _LISTED:
        yield f"  … and {len(changes) - _LISTED} more"
    count = len(changes)
    yield f"Generated in {seconds:.2f} s: {count} file{'' if count == 1 else 's'} changed."
