"""`rtgen explain`."""

import click

from rtgen.cli.exit_codes import HELP, ExitCode

_EXAMPLES = """\b
Examples:
  rtgen explain string-unbounded     what, why, and what to write instead
  rtgen rules                        the names of all rules
"""


@click.command(epilog=_EXAMPLES + "\n" + HELP)
@click.argument("rule", metavar="RULE")
def explain(rule: str) -> None:
    """Explain a rule by its name, as it stands in a finding."""
    from rtgen import api  # noqa: PLC0415  # `--help` must not wait for it
    from rtgen.cli.report.rule_pages import explained  # noqa: PLC0415

    found = next((each for each in api.all_rules() if each.id == rule), None)
    if found is None:
        click.echo(f"There is no rule `{rule}`. {api.rule_hint(rule)}", err=True)
        raise SystemExit(ExitCode.MISUSE)
    click.echo("\n".join(explained(found)))
