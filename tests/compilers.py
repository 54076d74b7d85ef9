"""The compiler that tests ask where any will do."""

from pathlib import Path

TSC = Path(__file__).parent / "web/versions/node_modules/typescript-7/bin/tsc"
"""TypeScript 7: a third of the work. `make types` asks 6.0 of the same code, `make typescript-versions` 5.9 and 6.0."""
