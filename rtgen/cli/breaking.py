"""`rtgen breaking`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rtgen.cli.exit_codes import HELP, ExitCode, worst
from rtgen.cli.options import CONFIG, FORMAT, SPECS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rtgen.cli.comparing import Comparison
    from rtgen.source.finding import Finding
    from rtgen.versions import Found, Level, Order

_EXAMPLES = """\b
Examples:
  rtgen breaking --against git:main            may this branch be merged?
  rtgen breaking --against git:v1.2.0 --order any
  rtgen breaking --against old.yaml new.yaml   two files
  rtgen breaking --against git:main --format github
  rtgen breaking --against git:main --fail-on wire,behaviour,policy
"""
_LEVELS = ("wire", "source", "behaviour", "policy")


def _levels(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    named = tuple(each.strip() for each in value.split(","))
    for each in named:
        if each not in _LEVELS:
            raise click.BadParameter(f"`{each}` is no level; there are {', '.join(_LEVELS)}.")
    return named


@click.command(epilog=_EXAMPLES + "\n" + HELP)
@SPECS
@click.option(
    "--against", metavar="OLD", help="The old version: a file, a folder, or `git:REV`. Else the configuration's."
)
@click.option(
    "--order",
    type=click.Choice(["server-first", "client-first", "any"]),
    help="What is deployed first; `any` for apps in stores.  [default: the configuration's, else server-first]",
)
@click.option(
    "--fail-on",
    default="wire,policy",
    show_default=True,
    callback=_levels,
    help="Levels of changes that exit 4; of the others it is only told.",
)
@CONFIG
@FORMAT
def breaking(
    *,
    specs: tuple[Path, ...],
    against: str | None,
    order: str | None,
    fail_on: tuple[str, ...],
    config: Path | None,
    form: str,
) -> None:
    """Say which changes of contracts break clients or servers of the old version, and show it by a message."""
    from rtgen.cli.comparing import MissingError, read_versions  # noqa: PLC0415  # `--help` must not wait for it
    from rtgen.cli.project import begin  # noqa: PLC0415
    from rtgen.cli.report.forms import DOCUMENTS, document, lines  # noqa: PLC0415
    from rtgen.cli.report.text import summary  # noqa: PLC0415
    from rtgen.versions import Level, Order  # noqa: PLC0415

    run = begin(config, specs)
    settings = run.config.breaking if run.config is not None else None
    old = against or (settings.against if settings else "")
    if not old:
        raise click.UsageError("There is nothing to compare with: --against git:main, or `breaking:` in rtgen.yaml.")
    first = order or (settings.order if settings else "server-first")
    orders = frozenset(Order) if first == "any" else frozenset({Order(first)})
    try:
        comparison = read_versions(run, old, None, specs)
    except MissingError as problem:
        click.echo(f"{problem}\n  help: {problem.hint}", err=True)
        raise SystemExit(ExitCode.MISUSE) from None
    if comparison is not None:
        run.say(_findings(comparison, orders, frozenset(map(Level, fail_on))), ExitCode.BREAKING)
    code = worst(run.codes)
    findings = run.ordered()
    if form in DOCUMENTS:
        click.echo(document(form, findings, code))
    else:
        for line in lines(form, findings, run.texts):
            click.echo(line)
        click.echo(f"{summary(findings)} (compared with {old}, {first})")
    raise SystemExit(code)


def _findings(comparison: "Comparison", orders: "frozenset[Order]", levels: "frozenset[Level]") -> "Iterator[Finding]":
    from rtgen.versions import Level  # noqa: PLC0415

    for pair in comparison.pairs:
        for each in pair.found:
            if each.matters(orders, frozenset(Level)):
                yield _finding(each, fails=each.rule.level in levels)


def _finding(found: "Found", *, fails: bool) -> "Finding":
    from rtgen.cli.report.changes import explained  # noqa: PLC0415
    from rtgen.source.finding import Finding, Related, Severity  # noqa: PLC0415
    from rtgen.source.span import file_start  # noqa: PLC0415

    breach = found.breach
    related = (Related("what it was", breach.old_span),) if breach.old_span else ()
    severity = Severity.ERROR if fails else Severity.WARNING
    span = breach.new_span or file_start("contract")
    return Finding(found.rule.id, severity, explained(found), span, found.rule.fix, related)
