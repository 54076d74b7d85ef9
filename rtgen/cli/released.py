"""Where released versions of contracts are kept: `.released/<name>@<version>.yaml` beside the contract's file."""

import re
from collections.abc import Iterable
from pathlib import Path

from rtgen.source.locating import RELEASED
from rtgen.versions import numbers

WORD = "released"
"""Stands for the newest release where an old version is named."""
_FILE = re.compile(r"([a-z][a-z0-9-]*)@([0-9]+\.[0-9]+\.[0-9]+[^/]*)\.yaml")


def path_of(spec: Path, name: str, version: str) -> Path:
    """The file of one release."""
    return spec.parent / RELEASED / f"{name}@{version}.yaml"


def newest(specs: Iterable[Path]) -> dict[str, Path]:
    """The newest release of each contract beside these files, by the contract's name.

    A version with a suffix, such as `2.0.0-rc.1`, is older than the one without.
    """
    found: dict[str, tuple[tuple[object, ...], Path]] = {}
    for folder in dict.fromkeys(each.parent / RELEASED for each in specs):
        for path in sorted(folder.glob("*.yaml")):
            match = _FILE.fullmatch(path.name)
            if match is not None:
                name, version = match.groups()
                age = (*numbers(version), "-" not in version, version)
                if name not in found or age > found[name][0]:
                    found[name] = (age, path)
    return {name: path for name, (_, path) in found.items()}
