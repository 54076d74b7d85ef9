"""`python -m rtgen`."""

from rtgen.cli.main import run

run()
