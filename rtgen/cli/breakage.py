"""What a change of contracts breaks, as findings: for `rtgen breaking` and for `rtgen ci`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from rtgen import api, versions
from rtgen.cli.comparing import Compared, Comparison, MissingError, read_versions
from rtgen.cli.exit_codes import ExitCode
from rtgen.cli.project import Run
from rtgen.cli.report.changes import explained
from rtgen.source.finding import Finding, Related, Severity, error
from rtgen.source.loader import load
from rtgen.source.span import file_start
from rtgen.versions import Accepted, Found, Level, Order, Place

REMOVED = "contract-removed"


@dataclass(frozen=True, slots=True)
class Question:
    """What is compared, and what of it counts."""

    against: str
    order: str = "server-first"
    """What is deployed first, or `any`."""
    levels: frozenset[Level] = frozenset({Level.WIRE, Level.POLICY})
    """Changes of these fail; of others it is told."""
    today: date = field(default_factory=lambda: datetime.now(tz=UTC).date())

    @property
    def orders(self) -> frozenset[Order]:
        """The orders of deployment that count."""
        return frozenset(Order) if self.order == "any" else frozenset({Order(self.order)})


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a call accepts from now on: all that some rules find, or only at one place."""

    rules: tuple[str, ...]
    place: str
    because: str
    until: date


@dataclass(frozen=True, slots=True)
class Answer:
    """What was compared, and how many changes are accepted. Findings and codes are in the run."""

    comparison: Comparison
    accepted: int = 0
    newly: tuple[Accepted, ...] = ()

    def told(self) -> Iterator[str]:
        """What findings don't say, in a line each."""
        if self.newly:
            yield f"{len(self.newly)} accepted until {self.newly[0].until}, written to {versions.ACCEPTED_NAME}"
        elif self.accepted:
            yield f"{self.accepted} accepted in {versions.ACCEPTED_NAME}"
        for each in self.comparison.added:
            yield f"{each.name} {each.version} is new: nothing to compare it with"
        for pair in self.comparison.pairs:
            if pair.moved_from:
                yield f"{pair.new.name} was {pair.moved_from}"


def answer(run: Run, question: Question, specs: Sequence[Path], wish: Acceptance | None = None) -> Answer | None:
    """Compare, and tell the run what breaks somebody. `None` where nothing could be compared; the run knows why.

    With a wish, what it names is accepted first, and written down.
    """
    try:
        comparison = read_versions(run, question.against, None, specs)
    except MissingError as problem:
        place = api.as_shown(run.folder / run.config_name, run.here) if run.config is not None else question.against
        run.say([error("version-missing", str(problem), file_start(place), problem.hint)], ExitCode.MISUSE)
        return None
    accepted = _accepted(run) if comparison is not None else None
    if comparison is None or accepted is None:
        return None
    changes = list(_changes(run, comparison, question))
    newly = tuple(_wished(changes, wish, accepted, question.today)) if wish else ()
    if newly:
        _write(run, (*accepted, *newly), question.today)
    used: set[Accepted] = set()
    for each in changes:
        covering = [one for one in (*accepted, *newly) if each.accepted_by(one, question.today)]
        used.update(covering)
        run.say([] if covering else [each.finding], ExitCode.BREAKING)
    old = [*(pair.old for pair in comparison.pairs), *comparison.removed]
    run.say([] if newly else versions.outdated(accepted, used, old, question.today), ExitCode.CLEAN)
    return Answer(comparison, len(used), newly)


@dataclass(frozen=True, slots=True)
class _Change:
    """A change that breaks somebody, and what makes it the one that was accepted."""

    old: api.Contract
    place: str
    finding: Finding

    def accepted_by(self, accepted: Accepted, today: date) -> bool:
        return accepted.covers(self.old, self.finding.rule, self.place, today)


def _changes(run: Run, comparison: Comparison, question: Question) -> Iterator[_Change]:
    for pair in comparison.pairs:
        for each in pair.found:
            if each.matters(question.orders, frozenset(Level)):
                converted = pair.is_converted(each, question.orders)
                finding = _converted(pair, each) if converted else _finding(pair, each, question.levels)
                yield _Change(pair.old, str(each.breach.place), finding)
    for gone in comparison.removed:
        yield _Change(gone, str(Place()), _gone(run, gone))


def _converted(pair: Compared, found: Found) -> Finding:
    """A change that breaks nobody behind a generated server: it is told, and does not fail."""
    old = f"{pair.old.name} {pair.old.version}"
    said = f"it is converted at the edge: the generated server serves clients of {old}"
    finding = _finding(pair, found, frozenset())
    hint = "Deploy the server first. Whoever speaks to another server than the generated one has to follow."
    return replace(finding, severity=Severity.INFO, message=f"{finding.message}\n{said}", hint=hint)


def _finding(pair: Compared, found: Found, levels: frozenset[Level]) -> Finding:
    breach = found.breach
    related = (Related("what it was", breach.old_span),) if breach.old_span else ()
    severity = Severity.ERROR if found.rule.level in levels else Severity.WARNING
    span = breach.new_span or pair.new.span or file_start(pair.new.source)
    return Finding(found.rule.id, severity, explained(found), span, found.rule.fix, related)


def _gone(run: Run, contract: api.Contract) -> Finding:
    related = (Related("what it was", contract.span),) if contract.span else ()
    message = f"contract `{contract.name}` is gone\nwhoever has a client of it is refused by every new server"
    hint = "Keep it until nobody uses it; if it only moved, list its file under `specs:`."
    return error(REMOVED, message, file_start(api.as_shown(run.folder / run.config_name, run.here)), hint, related)


def acceptable() -> list[str]:
    """The ids of rules whose findings can be accepted."""
    return sorted([REMOVED, *(each.id for each in versions.breaking_rules())])


def _path(run: Run) -> Path:
    return run.folder / versions.ACCEPTED_NAME


def _accepted(run: Run) -> tuple[Accepted, ...] | None:
    """What the project has accepted; `None` where its file is wrong, which the run is told."""
    if not _path(run).exists():
        return ()
    source = load(_path(run), api.as_shown(_path(run), run.here))
    run.texts[source.text.file] = source.text
    accepted, findings = versions.read_accepted(source, acceptable())
    return None if run.say(findings, ExitCode.MISUSE) else accepted


def _wished(
    changes: Iterable[_Change], wish: Acceptance, accepted: Sequence[Accepted], today: date
) -> Iterator[Accepted]:
    """An entry for each change that the wish names and that nothing covers yet."""
    made: set[tuple[str, str, str]] = set()
    for each in changes:
        rule, key = each.finding.rule, (each.old.name, each.finding.rule, each.place)
        named = rule in wish.rules and wish.place in {"", each.place} and key not in made
        if named and not any(each.accepted_by(one, today) for one in accepted):
            made.add(key)
            span = file_start(versions.ACCEPTED_NAME)
            yield Accepted(each.old.name, each.old.version, rule, each.place, wish.because, wish.until, span)


def _write(run: Run, accepted: Iterable[Accepted], today: date) -> None:
    """Write all that is accepted; what is over goes."""
    text = versions.accepted_text([each for each in accepted if each.until >= today])
    _path(run).write_text(text, encoding="utf-8", newline="\n")
