"""`rtgen rules`."""

import json

import click

from rtgen.cli.exit_codes import HELP

_EXAMPLES = """\b
Examples:
  rtgen rules                        one line a rule
  rtgen rules --format json          for a program
  rtgen rules --format markdown      the page of the documentation
"""


@click.command(epilog=_EXAMPLES + "\n" + HELP)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How they are printed.",
)
def rules(form: str) -> None:
    """List the rules: of `rtgen check`, of `rtgen breaking`, and what the compiler itself reports."""
    from rtgen import api  # noqa: PLC0415  # `--help` must not wait for it
    from rtgen.cli.report import rule_pages  # noqa: PLC0415
    from rtgen.versions import breaking_rules  # noqa: PLC0415

    lint, built_in, breaking = api.rules(), api.built_in_rules(), breaking_rules()
    if form == "json":
        click.echo(json.dumps(rule_pages.listed(lint, built_in, breaking), indent=2))
    elif form == "markdown":
        click.echo(rule_pages.page(lint, built_in, breaking), nl=False)
    else:
        click.echo("\n".join(rule_pages.table(lint, built_in, breaking)))
