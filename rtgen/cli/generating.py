"""What `rtgen generate` does, once its options are read."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from rtgen import api
from rtgen.cli.exit_codes import ExitCode, worst
from rtgen.cli.older import older_releases
from rtgen.cli.project import Run, start
from rtgen.cli.report.forms import DOCUMENTS, document, lines
from rtgen.cli.report.text import summary
from rtgen.cli.wish import Wish
from rtgen.source.finding import Finding, Severity, ordered
from rtgen.source.nearest import did_you_mean
from rtgen.source.span import file_start


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one call did: its exit code, what it read, and what it wrote where the code is clean."""

    code: ExitCode
    run: Run
    plans: tuple[api.Plan, ...] = ()
    generated: tuple[api.Generated, ...] = ()
    project: Path = Path()
    """The folder that nothing is written outside of."""
    before_plans: tuple[Finding, ...] = ()
    """The findings about the contracts and the settings; those about the output folders come after them."""


def run_generate(wish: Wish) -> ExitCode:
    """Generate, or with `--check` compare; print what happened, and give the exit code."""
    return generate_once(wish).code


def generate_once(wish: Wish) -> Outcome:
    """The same, for callers that go on."""
    run = start(wish.config, wish.specs)
    outcome = _made(run, wish)
    drifts = drifted(outcome) if wish.only_check else []
    if not wish.only_check and not run.codes:
        try:
            api.write(outcome.plans)
        except api.WriteError as problem:
            message = f"nothing was written: {problem}"
            run.say([Finding("output-unwritable", Severity.ERROR, message, file_start("."))], ExitCode.MISUSE)
    outcome = replace(outcome, code=worst(run.codes))
    for block in said(outcome, wish, drifts):
        click.echo(block)
    return outcome


def compare_once(run: Run) -> list[api.Drift]:
    """What of a project's generated code is out of date, once its contracts are read; the run knows its code."""
    return drifted(_made(run, Wish((), (), None, only_check=True, force=False, config=None, form="text")))


def drifted(outcome: Outcome) -> list[api.Drift]:
    """The files that writing would change."""
    drifts = [each for plan in outcome.plans for each in api.drift(plan)]
    if drifts:
        outcome.run.codes.add(ExitCode.OUT_OF_DATE)
    return drifts


def _made(run: Run, wish: Wish) -> Outcome:
    """Everything but writing."""
    places, project = _places(run, wish) if not run.codes else ((), run.folder)
    plans: tuple[api.Plan, ...] = ()
    generated: tuple[api.Generated, ...] = ()
    released: dict[str, tuple[api.Contract, ...]] = {}
    if not run.codes:
        run.say(api.check_places(places, wish.targets), ExitCode.MISUSE)
    if not run.codes:
        released = older_releases(run)
    if not run.codes:
        generated, findings = api.generate(run.contracts, places, only=wish.targets, released=released)
        run.say(findings, ExitCode.FINDINGS)
    before_plans = tuple(run.findings)
    if not run.codes:
        plans = planned(run, wish, generated, project)
    return Outcome(worst(run.codes), run, plans, generated, project, before_plans)


def planned(run: Run, wish: Wish, generated: Sequence[api.Generated], project: Path) -> tuple[api.Plan, ...]:
    """What writing would change; what stands against it is told to `run`."""
    whole = not (wish.specs or wish.targets or wish.out)
    plans = api.plan(generated, project, stands_in=run.here, complete=whole, force=wish.force)
    for plan in plans:
        shown = [each for each in plan.findings if not (wish.only_check and each.rule == "edited-file")]
        run.say(shown, ExitCode.MISUSE)
    return plans


def _places(run: Run, wish: Wish) -> tuple[tuple[api.Place, ...], Path]:
    """Where each target's output goes, and the folder that nothing is written outside of."""
    if wish.out is not None:
        return _places_below(run, wish), Path(os.path.normpath(run.here / wish.out))
    if run.config is None:
        raise click.UsageError("There is no rtgen.yaml here or above: name a folder with --out, or run `rtgen init`.")
    places = tuple(
        api.Place(each.name, each.out, each.options, each.span, each.option_spans) for each in run.config.targets
    )
    _known(wish.targets, [place.target for place in places])
    return places, run.config.folder


def _places_below(run: Run, wish: Wish) -> tuple[api.Place, ...]:
    """`DIR/<contract>/<target>` for every installed target; options of the configuration that are no paths hold."""
    known = api.installed_names()
    _known(wish.targets, known)
    set_up = {each.name: each for each in (run.config.targets if run.config is not None else ())}
    places = []
    for name in known:
        setting = set_up.get(name)
        options = {} if setting is None else {key: each for key, each in setting.options.items() if key != "handlers"}
        spans = {} if setting is None else setting.option_spans
        places.append(api.Place(name, f"{{contract}}/{name}", options, file_start("--out"), spans))
    return tuple(places)


def _known(names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise click.UsageError(f"There is no target `{name}` here. {did_you_mean(name, known)}")


def said(outcome: Outcome, wish: Wish, drifts: Sequence[api.Drift] = ()) -> Iterator[str]:
    """What a call prints, block by block."""
    run, plans = outcome.run, outcome.plans
    findings = run.ordered()
    if wish.form not in {"text", "json"}:
        findings = ordered([*findings, *map(as_finding, drifts)])
    wrote = bool(plans) and not wish.only_check and not run.codes
    if wish.form in DOCUMENTS:
        changed = [
            {"file": change.shown, "change": _word(change), "for": list(change.owners), "handlers": list(change.added)}
            for plan in plans
            for change in plan.changes
        ]
        more = {
            "files": changed if wrote else [],
            "outOfDate": [{"file": each.path, "state": each.state} for each in drifts],
        }
        yield document(wish.form, findings, outcome.code, **more)
        return
    yield from lines(wish.form, findings, run.texts)
    for each in drifts:
        yield f"{each.state}: {each.path}" + (f"\n{each.diff}\n" if each.diff else "")
    if findings:
        yield summary(findings)
    if wrote:
        folders = {each.owner: api.as_shown(outcome.project / each.out, run.here) for each in outcome.generated}
        yield from _told(folders, plans)
    elif drifts:
        count = len(drifts)
        yield f"{count} file{'' if count == 1 else 's'} out of date. Run `rtgen generate`."
    elif wish.only_check and not run.codes:
        yield "Generated code is up to date."
    elif run.codes:
        yield "Nothing was written."


def as_finding(drift: api.Drift) -> Finding:
    """For forms that know nothing but findings."""
    message = f"this generated file is {drift.state}"
    return Finding("out-of-date", Severity.ERROR, message, file_start(drift.path), "Run `rtgen generate`.")


def _word(change: api.Change) -> str:
    if change.added:
        return "completed"
    if change.before is None:
        return "created"
    return "removed" if change.after is None else "replaced"


def _told(folders: Mapping[str, str], plans: Sequence[api.Plan]) -> Iterator[str]:
    """One line a contract and target, and one for each handler that was added."""
    counts: Counter[tuple[str, str]] = Counter()
    for plan in plans:
        for change in plan.changes:
            word = "removed" if change.after is None else "written"
            counts.update((owner, word) for owner in change.owners)
        counts.update((owner, "unchanged") for owners in plan.unchanged for owner in owners)
    width = max(map(len, folders), default=0)
    for owner, folder in folders.items():
        numbers = ", ".join(f"{counts[owner, word]} {word}" for word in ("written", "unchanged", "removed"))
        yield f"{owner:<{width}}  {numbers}  ({folder})"
    for plan in plans:
        for change in plan.changes:
            if change.added:
                yield f"{change.shown}: added {', '.join(change.added)}"
            if change.keep_copy:
                yield f"{change.shown}: replaced; the old file is kept beside it as *.orig"
