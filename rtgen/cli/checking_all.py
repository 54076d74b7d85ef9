"""What `rtgen ci` does: each step on its own, one summary, one exit code."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click

from rtgen.cli.breakage import Question, answer
from rtgen.cli.exit_codes import ExitCode, worst
from rtgen.cli.formatting import layout_changes
from rtgen.cli.generating import as_finding, compare_once
from rtgen.cli.project import Run, specs_of, start
from rtgen.cli.report.forms import DOCUMENTS, document, lines
from rtgen.cli.report.text import summary
from rtgen.source.finding import Finding, error, ordered
from rtgen.source.span import file_start
from rtgen.versions import Level


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The options of one call."""

    config: Path | None
    against: str | None
    order: str | None
    fail_on: tuple[str, ...]
    skip: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Step:
    """One step's outcome. `code` is `None` where it did not run."""

    name: str
    code: ExitCode | None
    said: str
    findings: tuple[Finding, ...] = ()

    @property
    def word(self) -> str:
        if self.code is None:
            return "skipped"
        return "ok" if self.code is ExitCode.CLEAN else f"exit {int(self.code)}"


_MEANS = {
    ExitCode.CLEAN: "nothing stands in the way",
    ExitCode.FINDINGS: "a contract has errors",
    ExitCode.MISUSE: "something could not be read or compared",
    ExitCode.OUT_OF_DATE: "files are out of date",
    ExitCode.BREAKING: "a change breaks somebody",
}


def run_ci(wish: Pipeline, form: str) -> ExitCode:
    """Run the steps, print what they found and a summary, and give the exit code."""
    run = start(wish.config, ())
    steps = list(_steps(run, wish))
    code = worst(each.code for each in steps if each.code is not None)
    findings = ordered(finding for each in steps for finding in each.findings)
    if form in DOCUMENTS:
        told = [{"step": each.name, "exit": each.code, "said": each.said} for each in steps]
        click.echo(document(form, findings, code, **({"steps": told} if form == "json" else {})))
        return code
    for line in lines(form, findings, run.texts):
        click.echo(line)
    for each in steps:
        click.echo(f"{each.name:<9} {_coloured(each):<8} {each.said}")
    click.echo(f"exit {int(code)}: {_MEANS[code]}")
    if form == "github":
        _summarise(steps, code)
    return code


def _coloured(step: _Step) -> str:
    colour = {None: "yellow", ExitCode.CLEAN: "green"}.get(step.code, "red")
    return click.style(f"{step.word:<8}", fg=colour)


def _steps(run: Run, wish: Pipeline) -> Iterator[_Step]:
    """All steps. What needs contracts that compile waits until they do."""
    count = len(run.contracts)
    broken = "" if not run.codes else "the contracts or the configuration come first"
    yield _step(run, "check", f"{summary(run.findings)}, {count} contract{'' if count == 1 else 's'}")
    for name, reason, does in (
        ("format", "", _format),
        ("generate", broken, _generate),
        ("breaking", broken or _without_old(run, wish), lambda alone: _breaking(alone, wish)),
    ):
        if run.config is None:
            yield _Step(name, None, "the configuration comes first")
        elif name in wish.skip or reason:
            yield _Step(name, None, "not wanted (--skip)" if name in wish.skip else reason)
        else:
            yield _alone(run, name, does)


def _alone(run: Run, name: str, does: Callable[[Run], str]) -> _Step:
    """A step with findings and codes of its own."""
    alone = replace(run, lint=[], findings=[], texts={}, codes=set())
    said = does(alone)
    run.texts.update({file: text for file, text in alone.texts.items() if file not in run.texts})
    return _step(alone, name, said)


def _step(run: Run, name: str, said: str) -> _Step:
    return _Step(name, worst(run.codes), said, tuple(run.findings))


def _format(run: Run) -> str:
    changes = layout_changes(run, specs_of(run, ()), together=True)
    run.findings = [each for each in run.findings if each.rule == "not-formatted"]  # the rest is told by `check`
    run.codes.clear()
    hint = "Run `rtgen format`."
    message = "this file is not in its canonical form"
    run.say([error("not-formatted", message, file_start(each.shown), hint) for each in changes], ExitCode.OUT_OF_DATE)
    return f"{_files(len(changes))} not in canonical form: run `rtgen format`" if changes else "in canonical form"


def _generate(run: Run) -> str:
    drifts = compare_once(run)
    run.say(map(as_finding, drifts), ExitCode.OUT_OF_DATE)
    if drifts:
        return f"{_files(len(drifts))} out of date: run `rtgen generate`"
    return summary(run.findings) if run.codes else "generated code is up to date"


def _breaking(run: Run, wish: Pipeline) -> str:
    question = Question(_against(run, wish), wish.order or _order(run), frozenset(map(Level, wish.fail_on)))
    said = answer(run, question, ())
    more = "".join(f"; {line}" for line in said.told()) if said is not None else ""
    return f"{summary(run.findings)}, compared with {question.against}, {question.order}{more}"


def _against(run: Run, wish: Pipeline) -> str:
    return wish.against or (run.config.breaking.against if run.config is not None else "")


def _order(run: Run) -> str:
    return run.config.breaking.order if run.config is not None else "server-first"


def _without_old(run: Run, wish: Pipeline) -> str:
    return "" if _against(run, wish) else "nothing to compare with: `breaking: { against: git:main }` in rtgen.yaml"


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def _summarise(steps: Iterable[_Step], code: ExitCode) -> None:
    """The job's summary, where GitHub says to write it."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        rows = "".join(f"| {each.name} | {each.word} | {each.said.replace('|', ' ')} |\n" for each in steps)
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"### Contracts: {_MEANS[code]}\n\n| step | | |\n| --- | --- | --- |\n{rows}")
