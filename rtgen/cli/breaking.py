"""`rtgen breaking`."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rtgen.cli.exit_codes import HELP, worst
from rtgen.cli.options import AGAINST, CONFIG, FAIL_ON, FORMAT, ORDER, SPECS

if TYPE_CHECKING:
    from rtgen.cli.breakage import Acceptance

_EXAMPLES = """\b
Examples:
  rtgen breaking --against git:main            may this branch be merged?
  rtgen breaking --against git:v1.2.0 --order any
  rtgen breaking --against old.yaml new.yaml   two files
  rtgen breaking --against git:main --format github
  rtgen breaking --against git:main --fail-on wire,behaviour,policy
  rtgen breaking --accept event-removed --because 'nobody sends it since May' --until 2027-03-01
"""


@click.command(epilog=_EXAMPLES + "\n" + HELP)
@SPECS
@AGAINST
@ORDER
@FAIL_ON
@click.option(
    "--accept",
    "accepted",
    metavar="RULE",
    multiple=True,
    help="Accept what this rule finds now: write it to rtgen.accepted.yaml. May be repeated.",
)
@click.option("--at", "place", metavar="PLACE", default="", help="With --accept: only at this place.")
@click.option("--because", metavar="TEXT", default="", help="With --accept: why.")
@click.option("--until", metavar="DAY", default="", help="With --accept: the last day, such as 2027-03-01.")
@CONFIG
@FORMAT
def breaking(
    *,
    specs: tuple[Path, ...],
    against: str | None,
    order: str | None,
    fail_on: tuple[str, ...],
    accepted: tuple[str, ...],
    place: str,
    because: str,
    until: str,
    config: Path | None,
    form: str,
) -> None:
    """Say which changes of contracts break clients or servers of the old version, and show it by a message."""
    from rtgen.cli.breakage import Question, answer  # noqa: PLC0415  # `--help` must not wait for it
    from rtgen.cli.project import begin  # noqa: PLC0415
    from rtgen.cli.report.forms import DOCUMENTS, document, lines  # noqa: PLC0415
    from rtgen.cli.report.text import summary  # noqa: PLC0415
    from rtgen.versions import Level  # noqa: PLC0415

    run = begin(config, specs)
    settings = run.config.breaking if run.config is not None else None
    old = against or (settings.against if settings else "")
    if not old and not run.codes:
        raise click.UsageError("There is nothing to compare with: --against git:main, or `breaking:` in rtgen.yaml.")
    first = order or (settings.order if settings else "server-first")
    question = Question(old, first, frozenset(map(Level, fail_on)))
    wish = _acceptance(accepted, place, because, until, question.today)
    said = answer(run, question, specs, wish)
    if said is not None and wish is not None and not said.newly:
        raise click.UsageError(f"Nothing was accepted: {' and '.join(accepted)} found nothing that breaks here.")
    code = worst(run.codes)
    findings = run.ordered()
    if form in DOCUMENTS:
        click.echo(document(form, findings, code))
    else:
        for line in lines(form, findings, run.texts):
            click.echo(line)
        for line in said.told() if said is not None else ():
            click.echo(line)
        click.echo(f"{summary(findings)} (compared with {old}, {first})")
    raise SystemExit(code)


def _acceptance(rules: tuple[str, ...], place: str, because: str, until: str, today: date) -> "Acceptance | None":
    """What a call accepts; refused where it does not say all that a reader will ask."""
    from rtgen.cli.breakage import Acceptance, acceptable  # noqa: PLC0415
    from rtgen.source.nearest import did_you_mean  # noqa: PLC0415

    if not rules:
        if place or because or until:
            raise click.UsageError("--at, --because and --until go with --accept RULE.")
        return None
    known = acceptable()
    for rule in rules:
        if rule not in known:
            raise click.UsageError(f"No rule about two versions is called `{rule}`. {did_you_mean(rule, known)}")
    if not because.strip() or not because.isprintable():
        raise click.UsageError("Say why, in one line: --because 'all apps before 3.0 are gone'.")
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise click.UsageError(f"Say until when: --until {today.replace(year=today.year + 1)}.") from None
    if day < today:
        raise click.UsageError(f"{day} is over.")
    return Acceptance(rules, place, because.strip(), day)
