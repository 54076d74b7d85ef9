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


PATTERN = "*@*.yaml"
"""What the files of releases are called."""


def folders_beside(specs: Iterable[Path]) -> list[Path]:
    """Where the releases of contracts in these files are, whether there are any or not."""
    return list(dict.fromkeys(each.parent / RELEASED for each in specs))


def read_name(path: Path) -> tuple[str, str] | None:
    """The contract's name and the version that a file says it holds; `None` for another file."""
    match = _FILE.fullmatch(path.name)
    return None if match is None else (match[1], match[2])


def age_of(version: str) -> tuple[tuple[int, int, int], bool, str]:
    """What versions are ordered by. One with a suffix, such as `2.0.0-rc.1`, is older than the one without."""
    return numbers(version), "-" not in version, version


def newest(specs: Iterable[Path]) -> dict[str, Path]:
    """The newest release of each contract beside these files, by the contract's name."""
    found: dict[str, Path] = {}
    ages: dict[str, tuple[tuple[int, int, int], bool, str]] = {}
    for path in (path for folder in folders_beside(specs) for path in sorted(folder.glob(PATTERN))):
        named = read_name(path)
        if named is not None and (named[0] not in ages or age_of(named[1]) > ages[named[0]]):
            ages[named[0]], found[named[0]] = age_of(named[1]), path
    return found
