"""The file of known findings: where it is, reading it, and writing it."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from rtgen import api
from rtgen.source.finding import Finding, Severity
from rtgen.source.span import file_start

NAME = ".rtgen-baseline.json"


def path_of(folder: Path, settings: api.Settings) -> Path:
    """Where the known findings of a project are."""
    return folder / (settings.baseline or NAME)


def project_names(here: Path, folder: Path) -> Callable[[str], str]:
    """How a file that a finding names is called from the project's folder."""
    return lambda file: Path(os.path.relpath(here / file, folder)).as_posix()


def read(path: Path, shown: str, *, wanted: bool) -> api.Baseline | Finding:
    """What is known; nothing when there is no file and none is `wanted`."""
    hint = "Run `rtgen check --write-baseline`, or remove it from the configuration."
    try:
        return api.read_baseline(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if not wanted:
            return api.Baseline()
        reason = "it is not there"
    except api.BaselineError as problem:
        reason, hint = str(problem), "Write it again with `rtgen check --write-baseline`."
    except (OSError, UnicodeDecodeError) as problem:
        reason = str(problem)
    message = f"the known findings can't be read: {reason}"
    return Finding("baseline-unreadable", Severity.ERROR, message, file_start(shown), hint)


def write(path: Path, findings: Sequence[Finding], named: Callable[[str], str]) -> None:
    """Make these the known findings."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(api.baseline_text(findings, named), encoding="utf-8", newline="\n")
