"""What `rtgen check --fix` does: edits that need no judgement, in the files themselves."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rtgen.source.edits import edited
from rtgen.source.finding import Edit, Finding
from rtgen.source.text import Text, decode

_BOM = "\ufeff"


def fix(findings: Sequence[Finding], texts: Mapping[str, Text], here: Path) -> Iterator[tuple[str, int]]:
    """Make the edits of these findings; gives each changed file and how many edits it got."""
    by_file: dict[str, list[Edit]] = {}
    for finding in findings:
        if finding.fix is not None:
            by_file.setdefault(finding.fix.span.file, []).append(finding.fix)
    for file, edits in sorted(by_file.items()):
        made = _fix_file((here / file).resolve(), texts[file], edits) if file in texts else 0
        if made:
            yield file, made


def _fix_file(path: Path, text: Text, edits: Sequence[Edit]) -> int:
    """Edit one file, its byte-order mark and line ends kept; nothing when it is not what was read."""
    data = path.read_bytes()
    if decode(text.file, data).characters != text.characters:
        return 0
    characters, made = edited(text, edits)
    ends = {"\r\n": data.count(b"\r\n"), "\n": data.count(b"\n") - data.count(b"\r\n"), "\r": 0}
    ends["\r"] = data.count(b"\r") - ends["\r\n"]
    used = [end for end, count in ends.items() if count]
    if len(used) > 1:
        return 0  # of several line ends none can be kept by its place
    whole = (_BOM if data.startswith(_BOM.encode()) else "") + characters.replace("\n", used[0] if used else "\n")
    beside = path.with_name(path.name + ".rtgen-tmp")
    beside.write_bytes(whole.encode())
    shutil.copymode(path, beside)
    os.replace(beside, path)  # noqa: PTH105  # atomic: an editor never sees half a file
    return made
