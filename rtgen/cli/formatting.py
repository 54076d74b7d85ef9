"""What `rtgen format` does: every file in its canonical form, or the reason why not."""

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from rtgen import api
from rtgen.cli.exit_codes import ExitCode, worst
from rtgen.cli.project import Run, begin, specs_of
from rtgen.cli.report.text import render, summary
from rtgen.source.finding import warning
from rtgen.source.loader import Source
from rtgen.source.span import file_start
from rtgen.source.text import decode


def run_format(specs: Sequence[Path], config: Path | None, *, only_check: bool) -> ExitCode:
    """Write files in their canonical form, or with `only_check` compare; tell each, and give the exit code."""
    run = begin(config, specs)
    changes = [] if run.codes else layout_changes(run, specs_of(run, specs), together=not specs)
    findings = run.ordered()
    for block in render(findings, run.texts):
        click.echo(block + "\n")
    if findings:
        click.echo(summary(findings))
    if only_check:
        for change in changes:
            click.echo(f"not in its canonical form: {change.shown}\n{_diff(change)}\n")
        run.codes.update([ExitCode.OUT_OF_DATE] if changes else [])
    else:
        _write(run, changes)
    if not findings and not changes:
        click.echo("Every file is in its canonical form.")
    return worst(run.codes)


def _write(run: Run, changes: Sequence[api.Change]) -> None:
    """All files or none."""
    try:
        api.write([api.Plan(change.path.parent, [change]) for change in changes])
    except api.WriteError as problem:
        click.echo(f"nothing was written: {problem}", err=True)
        run.codes.add(ExitCode.MISUSE)
        return
    for change in changes:
        click.echo(f"formatted {change.shown}")


def layout_changes(run: Run, paths: Sequence[tuple[Path, str]], *, together: bool) -> list[api.Change]:
    """What would be written; what can't be read or formatted is told to `run`."""
    found = (_change(run, source) for source in _sources(run, paths, together=together))
    return [change for change in found if change is not None]


def _sources(run: Run, paths: Sequence[tuple[Path, str]], *, together: bool) -> Iterator[Source]:
    """The files to format; `together` with those that they refer to. Each file once."""
    seen: set[Path] = set()
    for path, shown in paths:
        main = api.load(path, shown)
        sources = [main]
        if together and main.root is not None:
            others = [text.file for text in api.resolve(main, run.folder).texts if text.file != shown]
            sources += [api.load(run.here / file, file) for file in others]
        for source in sources:
            if source.path.resolve() not in seen:
                seen.add(source.path.resolve())
                yield source


def _change(run: Run, source: Source) -> api.Change | None:
    shown = source.text.file
    run.texts[shown] = source.text
    if run.say(source.findings, ExitCode.FINDINGS) or source.root is None:
        return None
    try:
        made = api.format_text(source.text, source.root).encode()
    except api.UnsettledError as problem:
        run.say([warning("not-formatted", f"this file is left as it is: {problem}", file_start(shown))], ExitCode.CLEAN)
        return None
    before = source.path.read_bytes()
    # A link is written where it leads, as an editor would.
    return None if before == made else api.Change(source.path.resolve(), shown, before, made)


def _diff(change: api.Change) -> str:
    before, after = (
        decode(change.shown, each or b"").characters.splitlines() for each in (change.before, change.after)
    )
    if before == after:
        return "(line ends, or a byte-order mark)"
    return "\n".join(difflib.unified_diff(before, after, change.shown, f"{change.shown} (formatted)", lineterm=""))
