"""From a path to nodes. Every way in which a file can be unreadable is a finding, never an exception."""

from dataclasses import dataclass
from pathlib import Path

from rtgen.source.finding import Finding, error
from rtgen.source.nodes import Node
from rtgen.source.span import file_start
from rtgen.source.text import Text, decode
from rtgen.source.yaml_nodes import read_nodes

MAX_BYTES = 4 * 1024 * 1024
"""A contract of five thousand events is below one of these."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file as read: its text, its root node (`None` where reading failed), and what is wrong with it."""

    path: Path
    text: Text
    root: Node | None
    findings: tuple[Finding, ...] = ()


def load(path: Path, shown: str | None = None) -> Source:
    """Read a YAML file. `shown` is how findings name it; the path itself unless told."""
    file = path.as_posix() if shown is None else shown
    try:
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            message = f"this file is larger than {MAX_BYTES // 1024 // 1024} MiB"
            return _failed(path, file, "unreadable-file", message, "Split it: `$ref` can reach other files.")
        data = path.read_bytes()
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        return _failed(path, file, "unreadable-file", f"this file can't be read: {reason}", "Check the path.")
    return load_bytes(data, file, path)


def load_bytes(data: bytes, file: str, path: Path) -> Source:
    """Read a YAML file from its bytes."""
    try:
        text = decode(file, data)
    except UnicodeDecodeError as problem:
        message = f"this file is not UTF-8 (byte {problem.start + 1})"
        return _failed(path, file, "unreadable-file", message, "Save it as UTF-8.")
    root, findings = read_nodes(text)
    return Source(path, text, root, findings)


def _failed(path: Path, file: str, rule: str, message: str, hint: str) -> Source:
    return Source(path, Text(file, ""), None, (error(rule, message, file_start(file), hint),))
