"""What a run works on: the configuration, the contracts, and the texts to show lines of."""

import os
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from rtgen import api
from rtgen.cli.exit_codes import ExitCode
from rtgen.cli.known import path_of, project_names, read
from rtgen.config import Config, find_specs, load_config
from rtgen.source.finding import Finding, Severity, ordered, warning
from rtgen.source.locating import NAME, find_config
from rtgen.source.nodes import MappingNode
from rtgen.source.span import file_start
from rtgen.source.text import Text


@dataclass(slots=True)
class Run:
    """One run of a verb: what was read, what was found, and what that means for the exit code."""

    here: Path
    config: Config | None = None
    specs: list[Path] = field(default_factory=list)
    """The contracts' files."""
    contracts: list[api.Contract] = field(default_factory=list)
    lint: list[Finding] = field(default_factory=list)
    """What the rules say, without what is ignored."""
    findings: list[Finding] = field(default_factory=list)
    texts: dict[str, Text] = field(default_factory=dict)
    links: dict[Path, Path] = field(default_factory=dict)
    """Where references lead through symbolic links."""
    baseline: api.Baseline = field(default_factory=api.Baseline)
    codes: set[ExitCode] = field(default_factory=set)
    released: list[Path] = field(default_factory=list)
    """The files of released versions that stand beside the contracts, where a run looked for them."""
    config_name: str = NAME
    """What the configuration's file is called, in the project's folder."""

    @property
    def folder(self) -> Path:
        """The project's folder: where `rtgen.yaml` is, or where the user stands."""
        return self.here if self.config is None else self.config.folder

    @property
    def settings(self) -> api.Settings:
        """What the project decides about rules."""
        return api.Settings() if self.config is None else self.config.lint

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


def begin(config: Path | None, specs: Sequence[Path]) -> Run:
    """Read the configuration."""
    run = Run(Path(os.path.abspath(Path.cwd())))  # noqa: PTH100  # links in the user's path stay as they are
    found = config or find_config(run.here)
    if found is not None:
        loaded = load_config(Path(os.path.normpath(run.here / found)), api.as_shown(run.here / found, run.here))
        run.config_name = found.name
        run.texts[loaded.text.file] = loaded.text
        run.say(loaded.findings, ExitCode.MISUSE)
        run.config = loaded.config
    elif not specs:
        raise click.UsageError(f"There is no {NAME} here or above, and no SPEC is named. `rtgen init` makes one.")
    return run


def start(config: Path | None, specs: Sequence[Path], *, known: bool = True) -> Run:
    """Read the configuration and the contracts, and check them. With `known`, findings of the baseline are left out."""
    run = begin(config, specs)
    if ExitCode.MISUSE in run.codes:
        return run
    named = specs_of(run, specs)
    run.specs = [path for path, _ in named]
    resolved = _resolved(run, named, given=bool(specs))
    run.contracts = [each.contract for each in resolved if each.contract is not None]
    _check(run, resolved, {path.as_posix() for path in specs}, known=known)
    return run


def _resolved(run: Run, named: Iterable[tuple[Path, str]], *, given: bool) -> list[api.Resolved]:
    """The contracts of a run. A file that a pattern found and that is a part of another contract is none itself."""
    found = [(source := api.load(path, shown), api.resolve(source, run.folder)) for path, shown in named]
    others = {text.file for source, resolved in found for text in resolved.texts if text.file != source.text.file}
    kept = [resolved for source, resolved in found if given or source.text.file not in others or says_contract(source)]
    for resolved in kept:
        run.texts.update({text.file: text for text in resolved.texts})
        run.links.update(resolved.links)
        run.say(resolved.findings, ExitCode.FINDINGS)
    return kept


def says_contract(source: api.Source) -> bool:
    """Whether a file means to be a contract: it has one of the keys that only contracts have."""
    return isinstance(source.root, MappingNode) and bool({"rtgen", "contract", "channels"} & source.root.entries.keys())


def _check(run: Run, resolved: Sequence[api.Resolved], named: Container[str], *, known: bool) -> None:
    """Rules over all contracts, then what is ignored and known. `named` are the specs of the command line."""
    inline, malformed = api.inline_ignores(resolved)
    run.say(malformed, ExitCode.FINDINGS)
    settings = run.settings.with_ignores(inline)
    today = datetime.now(tz=UTC).date()
    run.lint = [finding for contract in run.contracts for finding in api.check(contract, settings, today)]
    whole = len(run.contracts) == len(resolved)
    stale = _leave_out_known(run) if known else ()
    run.say(run.lint, ExitCode.FINDINGS)
    if whole and not named:
        run.say(stale, ExitCode.FINDINGS)
        run.say(api.check_ignores(run.contracts, settings, today), ExitCode.MISUSE)
    elif whole:
        # Of the project's other specs nothing is known now: what is ignored there may well be there.
        here = replace(settings, ignores=tuple(each for each in inline if each.path in named))
        run.say(api.check_ignores(run.contracts, here, today), ExitCode.MISUSE)


def _leave_out_known(run: Run) -> tuple[Finding, ...]:
    """Take what the baseline knows out of the run's lint; gives findings for what is no longer there."""
    path = path_of(run.folder, run.settings)
    shown = api.as_shown(path, run.here)
    baseline = read(path, shown, wanted=bool(run.settings.baseline))
    if isinstance(baseline, Finding):
        run.say([baseline], ExitCode.MISUSE)
        return ()
    run.baseline = baseline
    fresh, gone = baseline.split(run.lint, project_names(run.here, run.folder))
    run.lint = list(fresh)
    hint = "Run `rtgen check --write-baseline`, so that it can't come back unseen."
    return tuple(
        warning("baseline-stale", f"`{each.rule}` in {each.file} is repaired: {each.message}", file_start(shown), hint)
        for each in gone
    )


def baseline_is_current(run: Run) -> bool:
    """Whether the file of known findings still says what the run went by."""
    return read(path_of(run.folder, run.settings), "", wanted=bool(run.settings.baseline)) == run.baseline


def specs_of(run: Run, given: Sequence[Path]) -> list[tuple[Path, str]]:
    """The contracts of a run, and how findings name them: those given, else those of the configuration."""
    if given:
        return [(path, path.as_posix()) for path in dict.fromkeys(given)]
    paths = []
    for each in find_specs(run.config) if run.config is not None else ():
        if isinstance(each, Finding):
            run.say([each], ExitCode.MISUSE)
        else:
            paths.append((each, api.as_shown(each, run.here)))
    return paths
