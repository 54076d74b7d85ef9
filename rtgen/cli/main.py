"""The command `rtgen`: its verbs, and the one place where an error of ours is told as ours."""

import gc
import os
import sys
import traceback

import click

from rtgen import __version__
from rtgen.cli.breaking import breaking
from rtgen.cli.check import check
from rtgen.cli.ci import ci
from rtgen.cli.diff import diff
from rtgen.cli.exit_codes import HELP, ExitCode
from rtgen.cli.explain import explain
from rtgen.cli.format import format_specs
from rtgen.cli.generate import generate
from rtgen.cli.init import init
from rtgen.cli.release import release
from rtgen.cli.rules import rules

_EXAMPLES = """\b
Examples:
  rtgen init chat && cd chat        a contract, a configuration
  rtgen check                       what is wrong with the contracts
  rtgen explain RULE                what a finding means
  rtgen generate                    code for every target of rtgen.yaml
  rtgen generate --check            is the generated code up to date?
  rtgen format                      contracts in their canonical form
  rtgen breaking --against git:main does this change break anybody?
  rtgen ci                          all of these checks, for a pipeline
  rtgen generate chat.yaml --out .  without a configuration
"""


@click.group(epilog=_EXAMPLES + "\n" + HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", message="rtgen %(version)s")
def main() -> None:
    """One YAML event contract in; a Python WebSocket server, a TypeScript client and hooks out."""


main.add_command(init)
main.add_command(check)
main.add_command(generate)
main.add_command(format_specs)
main.add_command(diff)
main.add_command(breaking)
main.add_command(release)
main.add_command(ci)
main.add_command(explain)
main.add_command(rules)


def run() -> None:
    """The entry point of the installed command."""
    # A compiler makes trees that live until it ends. Looking through them for garbage took up to 40 % of the time and
    # found nothing: the memory is the same without. What runs for long (`--watch`) turns it on again.
    gc.disable()
    try:
        main(prog_name="rtgen")
    except Exception as problem:
        click.echo(_our_fault(problem), err=True)
        sys.exit(ExitCode.OUR_FAULT)


def _our_fault(problem: Exception) -> str:
    if os.environ.get("RTGEN_TRACEBACK"):
        return "".join(traceback.format_exception(problem)).rstrip()
    place = ""
    for frame in traceback.extract_tb(problem.__traceback__):
        _, ours, inside = frame.filename.replace("\\", "/").rpartition("/rtgen/")
        if ours:
            place = f" in rtgen/{inside}:{frame.lineno}"
    return (
        f"rtgen {__version__} failed{place}: {type(problem).__name__}: {problem}\n"
        "This is a fault of rtgen, not of your contract. Nothing was written.\n"
        "Please report it with this message and the contract; RTGEN_TRACEBACK=1 shows all of it."
    )
