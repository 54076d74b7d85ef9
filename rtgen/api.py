"""rtgen for library users: each step is a function over values. Nothing here prints, exits or reads the environment.

The shortest way from a file to a model:

    from rtgen.api import load_contract

    contract = load_contract(Path("specs/chat.yaml"))
"""

from pathlib import Path

from rtgen.contract.model import Contract
from rtgen.contract.resolve import Resolved
from rtgen.contract.resolve import resolve as _resolve
from rtgen.source.finding import Finding, Severity
from rtgen.source.loader import Source, load


class ContractError(Exception):
    """A contract has findings that are errors; they are in `findings`."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f"{each.span} {each.rule}: {each.message}" for each in findings))
        self.findings = findings


def resolve(source: Source, project: Path | None = None) -> Resolved:
    """The contract in a source. `project` is the folder from which generated files name it."""
    return _resolve(source, _shown(source.path, project))


def _shown(path: Path, project: Path | None) -> str:
    if project is None:
        return path.name if path.is_absolute() else path.as_posix()
    try:
        return path.resolve().relative_to(project.resolve()).as_posix()
    except ValueError:
        return path.name


def load_contract(path: Path | str, project: Path | None = None) -> Contract:
    """Read and resolve a contract in one step.

    Raises:
        ContractError: It has an error; warnings alone don't raise.
    """
    resolved = resolve(load(Path(path)), project)
    if resolved.contract is None:
        raise ContractError(tuple(each for each in resolved.findings if each.severity is Severity.ERROR))
    return resolved.contract
