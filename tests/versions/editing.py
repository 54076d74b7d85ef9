"""Versions of the contracts in `specs/`, made by editing them: changes that break nobody, and ones that do."""

from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from rtgen import api

SPECS = Path(__file__).parents[2] / "specs"


@dataclass(frozen=True, slots=True)
class Edit:
    """A text of a contract's file, and what stands there in the new version."""

    spec: str
    before: str
    after: str
    file: str = ""
    """The file, where it is not the contract's own."""

    def __str__(self) -> str:
        return f"{self.spec}: {self.before.strip().splitlines()[0][:40]}"

    def versions(self) -> tuple[api.Contract, api.Contract]:
        """The contract as it is, and as it is edited."""
        with TemporaryDirectory() as name:
            folder = Path(name, "specs")
            copytree(SPECS, folder, ignore=lambda _, names: [each for each in names if each.startswith(".")])
            old = api.load_contract(folder / f"{self.spec}.yaml")
            file = folder / (self.file or f"{self.spec}.yaml")
            text = file.read_text(encoding="utf-8")
            if text.count(self.before) != 1:
                raise LookupError(f"{self}: it stands there {text.count(self.before)} times")
            file.write_text(text.replace(self.before, self.after), encoding="utf-8")
            return old, api.load_contract(folder / f"{self.spec}.yaml")


AUTHOR = """
        type: object
        required: [id, name]
        properties:
          id: { type: string, minLength: 1, maxLength: 64 }
          name: { type: string, minLength: 1, maxLength: 64 }"""

_NEW_EVENT = """\
      closed:
        description: The room was closed.
        from: server

"""

HARMLESS = (
    Edit("chat", "description: Who wrote a message.", "description: The writer of a message."),
    Edit("chat", "# A team chat: one lobby", "# A chat: one lobby"),
    Edit("chat", "title: Team chat\n", "title: Chat\n"),
    Edit("chat", "history: { keep: 1000, for: 30d }", "history: { keep: 2000, for: 60d }"),
    Edit("chat", "timeout: 10s", "timeout: 20s"),
    Edit("chat", "maximum: 100000 }", "maximum: 50000 }"),
    Edit("chat", "author: { $ref: '#/schemas/Author' }", f"author: {AUTHOR}"),
    Edit("chat", "      readers:\n", f"{_NEW_EVENT}      readers:\n"),
    Edit("chat", "rooms/{roomId}\n    parameters:\n      roomId:", "rooms/{name}\n    parameters:\n      name:"),
    Edit("chat", "            tags: { $ref", "            lang: { type: string }\n            tags: { $ref"),
    Edit("chat", "          required: [name, body]", "          required: [body]"),
    Edit("collab", "limit: 30/m", "limit: 60/m"),
    Edit("collab", "frame: 512KiB, channels: 16", "frame: 1MiB, channels: 32"),
    Edit("collab", "grace: 10s, countOver: 200", "grace: 20s, countOver: 500"),
    Edit("collab", "batch: 100ms", "batch: 80ms"),
    Edit("collab", "idempotent: { window: 10m }", "idempotent: { window: 20m }"),
    Edit("collab", "maxLength: 100000, description", "maxLength: 50000, description"),
    Edit("notifications", "description: An account of the application.", "description: An account.", "common.yaml"),
    Edit("notifications", "limit: 10/m", "limit: 20/m"),
    Edit("notifications", "            upTo: {", "            from: { type: string }\n            upTo: {"),
    Edit("notifications", "maxItems: 100\n", "maxItems: 50\n"),
)
"""Nothing that the deployment of a server breaks, and nothing that any rule speaks of as more than a change."""

RISKY = (
    Edit("chat", "maxLength: 2000, description", "maxLength: 1000, description"),
    Edit("chat", "maxLength: 2000, description", "maxLength: 4000, description"),
    Edit("chat", "enum: [typing, thinking, idle]", "enum: [typing, idle]"),
    Edit("chat", "enum: [typing, thinking, idle]", "enum: [typing, thinking, idle, away]"),
    Edit("chat", "required: [messageId, count]", "required: [messageId]"),
    Edit("chat", "required: [id, author, body, sentAt]", "required: [id, author, body, sentAt, tags]"),
    Edit("chat", "address: lobby\n", "address: hall\n"),
    Edit("chat", "      seen:\n", "      read:\n        was: seen\n"),
    Edit("chat", "        reply: { $ref: '#/schemas/Message' }\n        errors: [muted]\n        timeout: 10s\n", ""),
    Edit("chat", "minimum: 0, maximum: 100000", "minimum: 0, maximum: 200000"),
    Edit("collab", "required: [sub, name]\n", "required: [sub, name, canEdit]\n"),
    Edit("collab", "pattern: ^#[0-9a-f]{6}$", "pattern: ^#[0-9a-f]{8}$"),
    Edit("collab", "required: [id, base, operations]", "required: [id, base]"),
    Edit("collab", "text: { type: string, minLength: 1, maxLength: 500", "text: { type: string, maxLength: 500"),
    Edit("collab", "kind: { const: delete }", "kind: { const: remove }"),
    Edit("notifications", "required: [kind, by, excerpt]", "required: [kind, excerpt]"),
    Edit("notifications", "maxLength: 1000, description", "maxLength: 2000, description"),
    Edit("notifications", "maximum: 100000, description", "maximum: 10, description"),
    Edit("notifications", "format: uri-reference", "format: uri", "common.yaml"),
)
"""Some break somebody in some order: whatever is said of them has to come true."""
