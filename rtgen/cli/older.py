"""The released versions that stand beside a run's contracts: what a generated server may serve too."""

from collections.abc import Iterator
from pathlib import Path

from rtgen import api
from rtgen.cli.exit_codes import ExitCode
from rtgen.cli.project import Run
from rtgen.cli.released import PATTERN, age_of, folders_beside, read_name
from rtgen.source.finding import Finding, Severity
from rtgen.source.locating import files_matching


def older_releases(run: Run) -> dict[str, tuple[api.Contract, ...]]:
    """Of each contract the versions that were released before it, the newest first.

    One that can't be read is an error of the run: whoever speaks it would be refused, and nobody would know why.
    """
    beside = folders_beside(run.here / each for each in run.specs)
    run.released = [path for folder in beside for path in files_matching(folder, PATTERN)]
    return {each.name: tuple(_older(run, each)) for each in run.contracts}


def _older(run: Run, contract: api.Contract) -> Iterator[api.Contract]:
    named = ((path, read_name(path)) for path in run.released)
    ages = [(age_of(name[1]), path) for path, name in named if name is not None and name[0] == contract.name]
    for age, path in sorted(ages, reverse=True):
        found = _read(run, path) if age < age_of(contract.version) else None
        if found is not None:
            yield found


def _read(run: Run, path: Path) -> api.Contract | None:
    resolved = api.resolve(api.load(path, api.as_shown(path, run.here)), run.folder)
    run.texts.update({text.file: text for text in resolved.texts})
    run.say([_of_release(each) for each in resolved.findings if each.severity is Severity.ERROR], ExitCode.FINDINGS)
    return resolved.contract


def _of_release(finding: Finding) -> Finding:
    """Said of a file that nobody should edit."""
    hint = f"This is a released version: bring it back as it was, or remove it if nobody speaks it. {finding.hint}"
    return Finding(finding.rule, finding.severity, finding.message, finding.span, hint.strip(), finding.related)
