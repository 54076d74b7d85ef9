"""Two versions of a project's contracts: which belong together, and what changed between them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rtgen import api, versions
from rtgen.cli.converting import plan_at_edge
from rtgen.cli.exit_codes import ExitCode
from rtgen.cli.project import Run
from rtgen.cli.version_files import MissingError, Side, Version, new_side, old_side
from rtgen.source.finding import Finding, Severity

__all__ = ["Compared", "Comparison", "MissingError", "read_versions"]


@dataclass(frozen=True, slots=True)
class Compared:
    """An old and a new contract, and everything that changed."""

    old: api.Contract
    new: api.Contract
    found: tuple[versions.Found, ...]
    moved_from: str = ""
    """The old file, where it is another."""
    plan: versions.VersionPlan | None = None
    """What a generated server does for clients of the old version, where it is to serve them."""

    def is_converted(self, found: versions.Found, orders: Iterable[versions.Order]) -> bool:
        """Whether a change breaks nobody in these orders, because it is converted at the edge."""
        return self.plan is not None and versions.is_converted(self.plan, found, orders)


@dataclass(slots=True)
class Comparison:
    """All pairs of a run, and contracts that only one version has."""

    against: str
    pairs: list[Compared] = field(default_factory=list)
    added: list[api.Contract] = field(default_factory=list)
    removed: list[api.Contract] = field(default_factory=list)


def read_versions(run: Run, old: str, new: str | None, specs: Sequence[Path]) -> Comparison | None:
    """Both versions, paired. `new` and `specs` left out are the project as it is now.

    `None` when a version does not compile, or the configuration is wrong: the findings are in the run then.

    Raises:
        MissingError: A version is not there.
    """
    if run.codes:
        return None
    after = new_side(run, new, specs)
    if run.codes or _broken(run, after, "", ExitCode.FINDINGS):
        return None
    before = old_side(run, old, after)
    if _broken(run, before, "This is the old version: name another, or one that this rtgen can read. ", _UNREADABLE):
        return None
    return _compared(run, before, after)


_UNREADABLE = ExitCode.MISUSE


def _broken(run: Run, side: Side, said: str, code: ExitCode) -> bool:
    """Whether a contract of this side can't be compared; why not is in the run then."""
    broken = False
    for each in side.versions:
        run.texts.update({text.file: text for text in each.resolved.texts})
        broken |= run.say(_told(each, said), code)
    return broken


def _told(version: Version, said: str) -> Iterator[Finding]:
    """What keeps a version from being compared: its errors; warnings are another verb's."""
    for each in version.resolved.findings:
        if each.severity is Severity.ERROR:
            yield Finding(each.rule, each.severity, each.message, each.span, f"{said}{each.hint}".strip(), each.related)


def _compared(run: Run, before: Side, after: Side) -> Comparison:
    today = datetime.now(tz=UTC).date()
    comparison = Comparison(before.shown)
    pairs, removed, added = _paired(before, after)
    for was, now in pairs:
        if was.contract is not None and now.contract is not None:
            moved = was.shown if was.shown.startswith("git:") and not _same_file(was, now) else ""
            found = versions.compare(was.contract, now.contract, today)
            plan = plan_at_edge(run, was, now)
            comparison.pairs.append(Compared(was.contract, now.contract, found, moved, plan))
    if not pairs:
        shown = ", ".join(f"`{each.contract.name}`" for each in before.versions if each.contract is not None)
        hint = "A contract keeps its name through its versions; name the two files to compare others."
        raise MissingError(f"`{before.shown}` holds other contracts only: {shown}", hint)
    if before.whole:
        comparison.added = [each.contract for each in added if each.contract is not None]
    if after.whole and before.whole:
        kept = {each.old.name for each in comparison.pairs}
        gone = [each.contract for each in removed if each.contract is not None]
        comparison.removed = [each for each in gone if each.name not in kept]
    return comparison


def _paired(before: Side, after: Side) -> tuple[list[tuple[Version, Version]], list[Version], list[Version]]:
    """Versions of one contract: by name and file, then by name, then by file; of what is left, the only ones."""
    old, new = list(before.versions), list(after.versions)
    pairs: list[tuple[Version, Version]] = []
    for same in (_same_name_and_file, _same_name, _same_file):
        for now in list(new):
            was = [each for each in old if same(each, now)]
            if len(was) > 1:
                shown = " and ".join(f"`{each.shown}`" for each in was[:2])
                raise MissingError(f"{shown} are one contract", "Name the one to compare with.")
            if was:
                pairs.append((was[0], now))
                old.remove(was[0])
                new.remove(now)
    if not pairs and len(old) == len(new) == 1:
        return [(old[0], new[0])], [], []
    order = {id(each): place for place, each in enumerate(after.versions)}
    return sorted(pairs, key=lambda pair: order[id(pair[1])]), old, new


def _same_name_and_file(was: Version, now: Version) -> bool:
    return _same_name(was, now) and _same_file(was, now)


def _same_name(was: Version, now: Version) -> bool:
    return was.contract is not None and now.contract is not None and was.contract.name == now.contract.name


def _same_file(was: Version, now: Version) -> bool:
    return was.path.resolve() == now.path.resolve()
