"""What a call of `rtgen generate` asks for."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Wish:
    """The options of one call."""

    specs: tuple[Path, ...]
    targets: tuple[str, ...]
    out: Path | None
    only_check: bool
    force: bool
    config: Path | None
    form: str
