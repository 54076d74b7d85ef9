"""Running the generator on contracts that mean harm, as a user would."""

import json
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from rtgen.cli.main import main


@dataclass(frozen=True, slots=True)
class Told:
    """What one run of `rtgen generate` said, and what it left on the disk."""

    exit_code: int
    findings: tuple[tuple[str, str], ...]
    """Rule and place (`line:column`) of every error, in their order."""
    messages: tuple[str, ...]
    written: frozenset[str]

    @property
    def rules(self) -> set[str]:
        return {rule for rule, _ in self.findings}


def generate(contract: bytes | str) -> Told:
    """Generate from a file `demo.yaml` into `out`, both in the folder one stands in."""
    Path("demo.yaml").write_bytes(contract.encode() if isinstance(contract, str) else contract)
    done = CliRunner().invoke(
        main, ["generate", "demo.yaml", "--out", "out", "--format", "json"], catch_exceptions=False
    )
    report = json.loads(done.stdout)
    errors = [each for each in report["findings"] if each["severity"] == "error"]
    return Told(
        done.exit_code,
        tuple((each["rule"], f"{each['line']}:{each['column']}") for each in errors),
        tuple(each["message"] for each in errors),
        frozenset(path.relative_to("out").as_posix() for path in Path("out").rglob("*") if path.is_file()),
    )
