"""What `rtgen release` does: judge each contract by its newest release, then keep it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rtgen import api, versions
from rtgen.cli.breakage import Question, answer
from rtgen.cli.exit_codes import ExitCode
from rtgen.cli.project import Run
from rtgen.cli.released import WORD, newest, path_of
from rtgen.cli.version_files import Version, new_side
from rtgen.source.finding import Severity, error
from rtgen.source.loader import load_bytes
from rtgen.versions import Level, Step

_HEAD = "# A released version: never edit it, and keep it as long as anybody speaks it.\n"


@dataclass(frozen=True, slots=True)
class Release:
    """A version to keep, and the text of its file; empty where it is kept already."""

    contract: api.Contract
    path: Path
    text: str


def released(run: Run, specs: Sequence[Path]) -> list[Release]:
    """Keep all contracts, or none: the run knows why not.

    Raises:
        MissingError: There is no contract.
    """
    found = new_side(run, None, specs).versions
    for each in found:
        run.texts.update({text.file: text for text in each.resolved.texts})
        errors = [finding for finding in each.resolved.findings if finding.severity is Severity.ERROR]
        run.say(errors, ExitCode.FINDINGS)
    if run.codes:
        return []
    releases = [_judged(run, each, each.contract) for each in found if each.contract is not None]
    if run.codes:
        return []
    for release in releases:
        if release.text:
            release.path.parent.mkdir(exist_ok=True)
            release.path.write_text(release.text, encoding="utf-8", newline="\n")
    return releases


def _judged(run: Run, version: Version, contract: api.Contract) -> Release:
    path = path_of(version.path, contract.name, contract.version)
    if path.exists():
        _check_same(run, path, contract)
        return Release(contract, path, "")
    if contract.name in newest([version.path]):
        _check_marked(run, version, contract)
    return Release(contract, path, _text(version, contract))


def _check_same(run: Run, path: Path, contract: api.Contract) -> None:
    """What was released stays as it is."""
    kept = api.resolve(api.load(path, api.as_shown(path, run.here)), run.folder).contract
    if kept is None or kept.hash != contract.hash:
        message = f"{contract.name} {contract.version} is released already, with another content"
        hint = "Raise `version`; `rtgen diff released` says what changed and which version comes next."
        if contract.span is not None:
            run.say([error("release-exists", message, contract.span, hint)], ExitCode.BREAKING)


def _check_marked(run: Run, version: Version, contract: api.Contract) -> None:
    """A break has to be marked: by the step of the version, or accepted with a reason."""
    alone = Run(run.here, run.config)
    order = run.config.breaking.order if run.config is not None and run.config.breaking is not None else "server-first"
    said = answer(alone, Question(WORD, order), [version.path])
    run.texts.update(alone.texts)
    findings = alone.findings
    if said is not None and all(_is_major(pair.old, pair.new) for pair in said.comparison.pairs):
        wire = {rule.id for rule in versions.breaking_rules() if rule.level is Level.WIRE}
        findings = [each for each in findings if each.rule not in wire]
    for pair in said.comparison.pairs if said is not None else ():
        run.say(versions.unsaid_removals(pair.old, pair.new), ExitCode.CLEAN)
    errors = [each for each in findings if each.severity is Severity.ERROR]
    run.say(errors, ExitCode.MISUSE if ExitCode.MISUSE in alone.codes else ExitCode.BREAKING)


def _is_major(old: api.Contract, new: api.Contract) -> bool:
    """Whether the version says that something breaks; below 1.0.0 a minor step does."""
    return versions.taken(old.version, new.version) >= versions.lowered(Step.MAJOR, old.version)


def _text(version: Version, contract: api.Contract) -> str:
    """The bundled contract in its canonical form; it means the same, or nothing is released.

    Raises:
        RuntimeError: It would not mean the same, which is a fault of ours.
    """
    made = json.dumps(api.bundle(version.path), indent=2, ensure_ascii=False)
    source = load_bytes(made.encode(), version.path.name, version.path)
    if source.root is None:
        raise RuntimeError(f"the bundle of {version.shown} can't be read: {source.findings}")
    text = _HEAD + api.format_text(source.text, source.root)
    again = api.resolve(load_bytes(text.encode(), version.path.name, version.path)).contract
    if again is None or again.hash != contract.hash:
        raise RuntimeError(f"the bundle of {version.shown} does not mean the same")
    return text
