"""The one door every target goes through, built-in or from a third party.

A third party registers a `Target` under the entry-point group `rtgen.targets`:

    [project.entry-points."rtgen.targets"]
    mine = "my_package:TARGET"
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import PurePosixPath

from rtgen.contract.model import Contract
from rtgen.files import File
from rtgen.source.finding import Finding

GROUP = "rtgen.targets"


@dataclass(frozen=True, slots=True)
class Option:
    """An option a target takes in `rtgen.yaml`, beside `out`."""

    name: str
    kind: type[str] | type[bool]
    default: str | bool
    summary: str
    choices: tuple[str, ...] = ()
    pattern: str = ""
    """What the whole of a text must match, where not everything will do."""


@dataclass(frozen=True, slots=True)
class TargetRequest:
    """What a target is asked to do.

    `options` has a value for every option the target declares. `siblings` says where the other targets of this
    run put their output, relative to this target's own output folder (`../typescript`, or `.` for the same folder):
    a hook package needs it to import the client. A target that is not part of the run still has its entry there.
    `sibling_options` holds what users said of the other targets: no defaults, and paths as they were written.
    `released` are older versions of the contract that were released, the newest first.
    """

    contract: Contract
    tool_version: str
    options: Mapping[str, str | bool] = field(default_factory=dict)
    siblings: Mapping[str, PurePosixPath] = field(default_factory=dict)
    sibling_options: Mapping[str, Mapping[str, str | bool]] = field(default_factory=dict)
    released: tuple[Contract, ...] = ()

    def text_option(self, name: str) -> str:
        """The value of a string option."""
        value = self.options[name]
        if not isinstance(value, str):
            raise TypeError(f"option {name} is not a string option")
        return value


@dataclass(frozen=True, slots=True)
class TargetResult:
    """What a target made. When a finding is an error, `files` is empty."""

    files: tuple[File, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A generator: a pure function with a name. It reads the contract only; it neither prints nor writes."""

    name: str
    summary: str
    generate: Callable[[TargetRequest], TargetResult]
    options: tuple[Option, ...] = ()
    needs: tuple[str, ...] = ()
    """Targets whose output this one's output imports."""


def installed_names() -> tuple[str, ...]:
    """The names of all registered targets, sorted. Imports none of them."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def installed_targets(names: Collection[str] | None = None) -> dict[str, Target]:
    """Registered targets by name, sorted; all of them, or those named.

    Loading an entry point imports its module, so call it late and for what is needed.
    """
    points = {point.name: point for point in entry_points(group=GROUP) if names is None or point.name in names}
    return {name: _load(points[name].load(), name) for name in sorted(points)}


def _load(value: object, name: str) -> Target:
    if not isinstance(value, Target):
        raise TypeError(f"entry point {name} of group {GROUP} is not a rtgen Target")
    return value
