"""`rtgen check`."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rtgen.cli.exit_codes import HELP, ExitCode, worst
from rtgen.cli.options import CONFIG, FORMAT, SPECS

if TYPE_CHECKING:
    from rtgen.cli.project import Run

_EXAMPLES = """\b
Examples:
  rtgen check                        the contracts of rtgen.yaml
  rtgen check specs/chat.yaml        one contract
  rtgen check --format json          for a program
  rtgen check --format github        for the lines of a pull request
  rtgen check --fix                  repair what needs no judgement
  rtgen check --write-baseline       begin with what is there; only new findings are shown from now on
"""


@click.command(epilog=_EXAMPLES + "\n" + HELP)
@SPECS
@click.option(
    "--write-baseline",
    is_flag=True,
    help="Make what the rules say now known findings, which are not shown again.",
)
@click.option("--fix", is_flag=True, help="Repair what needs no judgement: slips of the keyboard, ignores of nothing.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    show_default=True,
    help="Exit 1 from this severity on.",
)
@CONFIG
@FORMAT
def check(
    *,
    specs: tuple[Path, ...],
    write_baseline: bool,
    fix: bool,
    fail_on: str,
    config: Path | None,
    form: str,
) -> None:
    """Say what is wrong with contracts. Nothing is written, but what --fix and --write-baseline ask for."""
    from rtgen.cli.project import start  # noqa: PLC0415  # `--help` must not wait for it
    from rtgen.cli.report.forms import DOCUMENTS, document, lines  # noqa: PLC0415
    from rtgen.cli.report.text import summary  # noqa: PLC0415

    if write_baseline and (fix or form != "text"):
        raise click.UsageError("--write-baseline stands alone: findings are neither repaired nor printed then.")
    run = start(config, specs, known=not write_baseline)
    if write_baseline:
        raise SystemExit(_write_baseline(run, whole=not specs))
    fixed: Counter[str] = Counter()
    if fix:
        run, fixed = _fixed(run, lambda: start(config, specs))
    findings = run.ordered()
    if fail_on == "warning" and any(each.severity.word == "warning" for each in findings):
        run.codes.add(ExitCode.FINDINGS)
    code = worst(run.codes)
    if form in DOCUMENTS:
        click.echo(document(form, findings, code))
    else:
        for line in lines(form, findings, run.texts):
            click.echo(line)
        for file, count in fixed.items():
            click.echo(f"{file}: repaired {count} finding{'' if count == 1 else 's'}")
        checked = len(run.contracts)
        click.echo(f"{summary(findings)} ({checked} contract{'' if checked == 1 else 's'} read)")
    raise SystemExit(code)


_ROUNDS = 5  # a repair can bring more to light


def _fixed(run: "Run", again: Callable[[], "Run"]) -> tuple["Run", Counter[str]]:
    """The run after repairs, and how many there were in each file."""
    from rtgen.cli.fixing import fix  # noqa: PLC0415

    counts: Counter[str] = Counter()
    for _ in range(_ROUNDS):
        made = dict(fix(run.ordered(), run.texts, run.here))
        if not made:
            break
        counts.update(made)
        run = again()
    return run, counts


def _write_baseline(run: "Run", *, whole: bool) -> ExitCode:
    """Write what the rules say into the baseline, once every contract compiles."""
    from rtgen import api  # noqa: PLC0415
    from rtgen.cli.known import path_of, project_names, write  # noqa: PLC0415
    from rtgen.cli.report.text import render, summary  # noqa: PLC0415

    if not whole:
        raise click.UsageError("The baseline is of the whole project: name no SPEC with --write-baseline.")
    rest = [finding for finding in run.ordered() if finding not in run.lint or not api.can_be_known(finding)]
    for block in render(rest, run.texts):
        click.echo(block + "\n")
    errors = [finding for finding in rest if finding.severity is api.Severity.ERROR]
    if errors:
        click.echo(f"{summary(rest)}. No baseline was written: what is no matter of rules comes first.")
        return worst(run.codes)
    path = path_of(run.folder, run.settings)
    write(path, run.lint, project_names(run.here, run.folder))
    click.echo(f"{api.as_shown(path, run.here)}: {len(run.lint)} known findings")
    return ExitCode.CLEAN
