"""A small file beside the database that tells whether it is still the one we left.

The epoch promises that no offset is used twice. A database that was put back from a backup, cut off, or set back by a
power loss would break it without knowing; so at each start it is compared with what was written down elsewhere. The
mark never runs ahead of the database while only the process dies, so a mere crash keeps the epoch.
"""

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Mark:
    """What the database had when the mark was written.

    `token` is renewed at each start, `writes` counts transactions, `boot` names the run of the machine (empty where it
    can't be told), `clean` says that the database was closed.
    """

    token: str
    writes: int
    inode: int
    boot: str
    clean: bool


def boot() -> str:
    """This run of the machine; empty where the system does not tell."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def read(path: Path) -> Mark | None:
    """The mark, if there is one that can be read."""
    try:
        return Mark(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(path: Path, mark: Mark, *, synced: bool) -> None:
    """Replace it in one step; `synced` waits for the disk."""
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(asdict(mark), file)
        file.flush()
        if synced:
            os.fsync(file.fileno())
    beside.replace(path)
    if synced:
        with contextlib.suppress(OSError):  # not every system lets a folder be synced
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def broken(
    before: Mark | None, token: str, writes: int, inode: int, *, survives_power: bool
) -> str:
    """Why the epoch can't be kept, in words; empty where it can."""
    if before is None or before.token != token:
        return "the file was put in the place of another"
    if before.inode != inode:
        return "the file was copied here"
    if before.writes > writes:
        return "the file lacks what was written last"
    if not before.clean and not survives_power and before.boot != (boot() or None):
        return "the machine stopped while events were not yet on the disk"
    return ""
