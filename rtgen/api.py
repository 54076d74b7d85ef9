"""rtgen for library users: each step is a function over values. Nothing here prints, exits or reads the environment.

The shortest way from a file to a model:

    from rtgen.api import load_contract

    contract = load_contract("specs/chat.yaml")

The whole way, as the command line goes it: `load` → `resolve` → `check` → `generate` → `plan` → `write`.
"""

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath

from rtgen import __version__
from rtgen.checks.baseline import Baseline, BaselineError, can_be_known, read_baseline
from rtgen.checks.baseline import written as baseline_text
from rtgen.checks.built_in import BuiltIn, built_in_rules
from rtgen.checks.inline import read_ignores
from rtgen.checks.registry import rules
from rtgen.checks.rule import Rule
from rtgen.checks.run import check as _check
from rtgen.checks.run import check_ignores
from rtgen.checks.settings import Ignore, Settings
from rtgen.contract.bundle import bundled
from rtgen.contract.model import Contract
from rtgen.contract.resolve import Resolved
from rtgen.contract.resolve import resolve as _resolve
from rtgen.files import File
from rtgen.layout.format import UnsettledError, format_text
from rtgen.output.drift import Drift, drift
from rtgen.output.manifest import paths_in
from rtgen.output.paths import as_shown
from rtgen.output.plan import Change, Plan, Request, make_plan
from rtgen.output.write import WriteError, write_plans
from rtgen.schema.tree import Tree
from rtgen.schema.types import Json
from rtgen.source.finding import Finding, Severity, error, ordered
from rtgen.source.loader import Source, load
from rtgen.source.nearest import did_you_mean, respelt
from rtgen.source.span import Span, file_start
from rtgen.targets.target import Target, TargetRequest, installed_names, installed_targets

__all__ = [
    "Baseline",
    "BaselineError",
    "BuiltIn",
    "Change",
    "Contract",
    "ContractError",
    "Drift",
    "File",
    "Finding",
    "Generated",
    "Ignore",
    "Place",
    "Plan",
    "Resolved",
    "Rule",
    "Settings",
    "Severity",
    "Source",
    "UnsettledError",
    "WriteError",
    "all_rules",
    "as_shown",
    "baseline_text",
    "built_in_rules",
    "bundle",
    "can_be_known",
    "check",
    "check_ignores",
    "check_places",
    "drift",
    "format_text",
    "generate",
    "inline_ignores",
    "installed_names",
    "installed_targets",
    "load",
    "load_contract",
    "only_own_targets",
    "output_paths",
    "plan",
    "read_baseline",
    "resolve",
    "rules",
    "write",
]


class ContractError(Exception):
    """A contract has findings that are errors; they are in `findings`."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f"{each.span} {each.rule}: {each.message}" for each in findings))
        self.findings = findings


def resolve(source: Source, project: Path | None = None) -> Resolved:
    """The contract in a source. `project` is the folder from which generated files name it."""
    return _resolve(source, _named_from(source.path, project))


def _named_from(path: Path, project: Path | None) -> str:
    if project is None:
        return path.name if path.is_absolute() else path.as_posix()
    try:
        return path.resolve().relative_to(project.resolve()).as_posix()
    except ValueError:
        return path.name


def bundle(path: Path | str) -> dict[str, Json]:
    """A contract with everything that it uses of other files, as one document of the same hash.

    Raises:
        ContractError: It has an error.
    """
    load_contract(path)
    source = load(Path(path))
    if source.root is None:
        raise ContractError(source.findings)
    return bundled(Tree(source, source.root))


def load_contract(path: Path | str, project: Path | None = None) -> Contract:
    """Read and resolve a contract in one step.

    Raises:
        ContractError: It has an error; warnings alone don't raise.
    """
    resolved = resolve(load(Path(path)), project)
    if resolved.contract is None:
        raise ContractError(tuple(each for each in resolved.findings if each.severity is Severity.ERROR))
    return resolved.contract


def check(contract: Contract, settings: Settings | None = None, today: date | None = None) -> tuple[Finding, ...]:
    """What the rules say about a contract. Ignores that have a last day count against `today`."""
    return _check(contract, settings or Settings(), today or date.min)


def all_rules() -> tuple[Rule | BuiltIn, ...]:
    """Every rule that a finding can name: those of `check`, then what the compiler and the commands report."""
    return (*rules(), *built_in_rules())


def inline_ignores(resolved: Iterable[Resolved]) -> tuple[tuple[Ignore, ...], tuple[Finding, ...]]:
    """What comments in these contracts ignore, and comments that ignore nothing because they can't be read."""
    return read_ignores(remark for each in resolved for remark in each.remarks)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one target's output goes, and its options, for every contract: `{contract}` stands for its name.

    `out` and the options in `paths` are relative to the project's folder. `span` is where the settings stand.
    """

    target: str
    out: str
    options: Mapping[str, str | bool]
    span: Span
    option_spans: Mapping[str, Span]


_PATH_OPTIONS = frozenset({"handlers"})
"""Options that are paths relative to the project's folder; a target gets them relative to its own output."""


@dataclass(frozen=True, slots=True)
class Generated:
    """What one target made of one contract. `out` is relative to the project's folder."""

    contract: str
    target: str
    out: PurePosixPath
    files: tuple[File, ...]

    @property
    def owner(self) -> str:
        """How the manifest calls it."""
        return f"{self.contract}/{self.target}"


def check_places(places: Sequence[Place], only: Iterable[str] = ()) -> tuple[Finding, ...]:
    """What is wrong with the settings of installed targets: names, options, a target that another needs."""
    return ordered(_check_places(places, installed_names(), installed_targets(_chosen(places, only))))


def _chosen(places: Sequence[Place], only: Iterable[str]) -> frozenset[str]:
    return frozenset(only) or frozenset(place.target for place in places)


def generate(
    contracts: Sequence[Contract],
    places: Sequence[Place],
    targets: Mapping[str, Target] | None = None,
    only: Iterable[str] = (),
    released: Mapping[str, Sequence[Contract]] | None = None,
) -> tuple[tuple[Generated, ...], tuple[Finding, ...]]:
    """Run targets over contracts, in memory. With a finding that is an error, use none of the files.

    `only` names the targets to run when not all places are meant; the others still are neighbours to import from.
    `released` holds older versions by the names of their contracts, the newest first.
    """
    chosen = _chosen(places, only)
    known = installed_targets(chosen) if targets is None else targets
    names = installed_names() if targets is None else tuple(targets)
    findings = [*_check_places(places, names, known), *_check_names(contracts)]
    if findings:
        return (), ordered(findings)
    made: list[Generated] = []
    for contract in contracts:
        for place in places:
            if place.target in chosen:
                request = _request(contract, place, places, names, known)
                older = tuple((released or {}).get(contract.name, ()))
                result = known[place.target].generate(replace(request, released=older))
                findings.extend(result.findings)
                made.append(Generated(contract.name, place.target, _filled(place.out, contract), result.files))
    return tuple(made), ordered(findings)


def _filled(template: str, contract: Contract) -> PurePosixPath:
    return PurePosixPath(posixpath.normpath(template.replace("{contract}", contract.name)))


def _request(
    contract: Contract,
    place: Place,
    places: Sequence[Place],
    names: Iterable[str],
    known: Mapping[str, Target],
) -> TargetRequest:
    outs = {each.target: _filled(each.out, contract) for each in places}
    said = {each.target: each.options for each in places if each is not place}
    out = outs[place.target]
    options = {option.name: option.default for option in known[place.target].options}
    for name, value in place.options.items():
        is_path = name in _PATH_OPTIONS and isinstance(value, str)
        options[name] = _from(out, _filled(str(value), contract)).as_posix() if is_path else value
    siblings = {name: PurePosixPath("..") / name for name in names if name not in outs}
    siblings |= {name: _from(out, other) for name, other in outs.items() if name != place.target}
    return TargetRequest(contract, __version__, options, siblings, said)


def _from(folder: PurePosixPath, path: PurePosixPath) -> PurePosixPath:
    """A path as seen from a folder; both are relative to the same place."""
    return PurePosixPath(Path(os.path.relpath(path, folder)).as_posix())


def _check_names(contracts: Sequence[Contract]) -> Iterator[Finding]:
    seen: dict[str, Contract] = {}
    for contract in contracts:
        first = seen.setdefault(contract.name.replace("-", ""), contract)
        if first is not contract:
            message = f"the contracts of {first.source} and {contract.source} have one name"
            yield error("name-collision", message, contract.span or file_start(contract.source), "Rename one.")


def _check_places(places: Sequence[Place], names: Sequence[str], known: Mapping[str, Target]) -> Iterator[Finding]:
    present = {place.target for place in places}
    for place in places:
        if place.target not in names:
            fix = respelt(place.target, names, place.span, present)
            hint = did_you_mean(place.target, names)
            yield error("config", f"there is no target `{place.target}`", place.span, hint, fix=fix)
            continue
        target = known.get(place.target)
        if target is None:
            continue  # not asked for in this run
        for needed in target.needs:
            if needed not in present:
                message = f"`{place.target}` imports what `{needed}` makes, and there is no such target here"
                yield error("config", message, place.span, f"Add `{needed}: {{ out: … }}`.")
        yield from _check_options(place, target)


def _check_options(place: Place, target: Target) -> Iterator[Finding]:
    declared = {option.name: option for option in target.options}
    for name, value in place.options.items():
        span = place.option_spans.get(name, place.span)
        option = declared.get(name)
        if option is None:
            known = [*declared, "out"]
            fix = respelt(name, known, span, place.options)
            hint = did_you_mean(name, known)
            yield error("unknown-key", f"`{place.target}` has no option `{name}`", span, hint, fix=fix)
        elif not isinstance(value, option.kind):
            wanted = "true or false" if option.kind is bool else "text"
            yield error("wrong-type", f"`{name}` must be {wanted}", span, option.summary)
        elif option.choices and value not in option.choices:
            hint = did_you_mean(str(value), option.choices)
            yield error("wrong-value", f"`{value}` can't be the value of `{name}`", span, hint)
        elif option.pattern and re.fullmatch(option.pattern, str(value)) is None:
            yield error("wrong-value", f"`{value}` can't be the value of `{name}`", span, option.summary)


def plan(
    generated: Iterable[Generated],
    project: Path,
    *,
    stands_in: Path | None = None,
    complete: bool = False,
    force: bool = False,
) -> tuple[Plan, ...]:
    """What writing would change, one plan for each output folder. Nothing is touched.

    `complete` says that these are all the project's outputs, so that files of others in the same folders may go.
    """
    folders: dict[PurePosixPath, dict[str, tuple[File, ...]]] = {}
    for each in generated:
        folders.setdefault(each.out, {})[each.owner] = each.files
    return tuple(
        make_plan(Request(Path(os.path.normpath(project / out)), project, stands_in or project, files, complete, force))
        for out, files in folders.items()
    )


def output_paths(generated: Iterable[Generated], project: Path) -> tuple[Path, ...]:
    """Every file whose state decides what writing would do: what is generated, the manifests, and what those name."""
    roots: dict[Path, None] = {}
    found: dict[Path, None] = {}
    for each in generated:
        root = Path(os.path.normpath(project / each.out))
        roots[root] = None
        found.update((Path(os.path.normpath(root / file.path)), None) for file in each.files)
    for root in roots:
        found.update((path, None) for path in paths_in(root))
    return tuple(found)


def only_own_targets(generated: Iterable[Generated]) -> bool:
    """Whether all of this was made by targets of rtgen's own."""
    used = installed_targets(frozenset(each.target for each in generated))
    return all(each.generate.__module__.startswith("rtgen.") for each in used.values())


def write(plans: Sequence[Plan]) -> None:
    """Carry plans out, all or nothing.

    Raises:
        WriteError: A plan is refused, or the disk said no; nothing is changed then.
    """
    refused = [finding for each in plans if each.refused for finding in each.findings]
    if refused:
        raise WriteError("; ".join(f"{each.span.file}: {each.message}" for each in refused))
    write_plans(plans)
