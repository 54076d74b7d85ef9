"""Files by their place: the configuration in a folder or above it, and what a pattern finds."""

from pathlib import Path

NAME = "rtgen.yaml"


def find_config(here: Path) -> Path | None:
    """The configuration in a folder or in one above it."""
    return next((folder / NAME for folder in (here, *here.parents) if (folder / NAME).is_file()), None)


RELEASED = ".released"
"""The folder of released versions, beside the contracts. No pattern finds what is in it."""


def files_matching(folder: Path, pattern: str) -> list[Path]:
    """The files below a folder that a pattern such as `specs/*.yaml` finds, sorted; none for what is no pattern."""
    try:
        return sorted(
            each for each in folder.glob(pattern) if each.is_file() and RELEASED not in each.relative_to(folder).parts
        )
    except (ValueError, NotImplementedError):
        return []
