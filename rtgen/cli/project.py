"""What a run works on: the configuration, the contracts, and the texts to show lines of."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click

from rtgen import api
from rtgen.cli.exit_codes import ExitCode
from rtgen.config import NAME, Config, find_specs, load_config
from rtgen.source.finding import Finding, Severity, ordered
from rtgen.source.text import Text


@dataclass(slots=True)
class Run:
    """One run of a verb: what was read, what was found, and what that means for the exit code."""

    here: Path
    config: Config | None = None
    contracts: list[api.Contract] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    texts: dict[str, Text] = field(default_factory=dict)
    codes: set[ExitCode] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        """The project's folder: where `rtgen.yaml` is, or where the user stands."""
        return self.here if self.config is None else self.config.folder

    def say(self, findings: Iterable[Finding], code: ExitCode) -> bool:
        """Take findings in; with an error among them the run ends with `code`. Tells whether there was one."""
        found = list(findings)
        self.findings.extend(found)
        broken = any(each.severity is Severity.ERROR for each in found)
        if broken:
            self.codes.add(code)
        return broken

    def ordered(self) -> tuple[Finding, ...]:
        """All findings as they are shown."""
        return ordered(self.findings)


def start(config: Path | None, specs: Sequence[Path]) -> Run:
    """Read the configuration and the contracts, and check them."""
    run = Run(Path(os.path.abspath(Path.cwd())))  # noqa: PTH100  # links in the user's path stay as they are
    found = config or _find(run.here)
    if found is not None:
        loaded = load_config(Path(os.path.normpath(run.here / found)), api.as_shown(run.here / found, run.here))
        run.texts[loaded.text.file] = loaded.text
        run.say(loaded.findings, ExitCode.MISUSE)
        run.config = loaded.config
        if loaded.config is None:
            return run
    elif not specs:
        raise click.UsageError(f"There is no {NAME} here or above, and no SPEC is named. `rtgen init` makes one.")
    settings = run.config.lint if run.config is not None else api.Settings()
    today = datetime.now(tz=UTC).date()
    for path, shown in _specs(run, specs):
        resolved = api.resolve(api.load(path, shown), run.folder)
        run.texts.update({text.file: text for text in resolved.texts})
        run.say(resolved.findings, ExitCode.FINDINGS)
        if resolved.contract is not None:
            run.contracts.append(resolved.contract)
            run.say(api.check(resolved.contract, settings, today), ExitCode.FINDINGS)
    if not specs and ExitCode.FINDINGS not in run.codes:
        run.say(api.check_ignores(run.contracts, settings, today), ExitCode.MISUSE)
    return run


def _find(here: Path) -> Path | None:
    return next((folder / NAME for folder in (here, *here.parents) if (folder / NAME).is_file()), None)


def _specs(run: Run, given: Sequence[Path]) -> list[tuple[Path, str]]:
    if given:
        return [(path, path.as_posix()) for path in dict.fromkeys(given)]
    paths = []
    for each in find_specs(run.config) if run.config is not None else ():
        if isinstance(each, Finding):
            run.say([each], ExitCode.MISUSE)
        else:
            paths.append((each, api.as_shown(each, run.here)))
    return paths
