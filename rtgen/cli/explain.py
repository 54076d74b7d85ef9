"""`rtgen explain`."""

import click

from rtgen.cli.exit_codes import HELP, ExitCode

_EXAMPLES = """\b
Examples:
  rtgen explain string-unbounded     what, why, and what to write instead
  rtgen explain enum-value-removed   whom a change breaks, and what to do instead
  rtgen rules                        the names of all rules
"""


@click.command(epilog=_EXAMPLES + "\n" + HELP)
@click.argument("rule", metavar="RULE")
def explain(rule: str) -> None:
    """Explain a rule by its name, as it stands in a finding."""
    from rtgen import api  # noqa: PLC0415  # `--help` must not wait for it
    from rtgen.cli.report import breaking_pages, rule_pages  # noqa: PLC0415
    from rtgen.source.nearest import nearest  # noqa: PLC0415
    from rtgen.versions import breaking_rules  # noqa: PLC0415

    found = next((each for each in api.all_rules() if each.id == rule), None)
    changed = next((each for each in breaking_rules() if each.id == rule), None)
    if found is not None:
        click.echo("\n".join(rule_pages.explained(found)))
    elif changed is not None:
        click.echo("\n".join(breaking_pages.explained(changed)))
    else:
        near = nearest(rule, [each.id for each in (*api.all_rules(), *breaking_rules())])
        hint = "`rtgen rules` lists them." if near is None else f"Did you mean `{near}`?"
        click.echo(f"There is no rule `{rule}`. {hint}", err=True)
        raise SystemExit(ExitCode.MISUSE)
