"""Two versions of the chat, each with its server, its handlers and its clients, in a folder of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from generated_chat import CHAT, write

from rtgen.api import load_contract
from rtgen.targets.python.target import TARGET as PYTHON
from rtgen.targets.target import Target, TargetRequest
from rtgen.targets.typescript.target import TARGET as TYPESCRIPT

NOW: Final = "now"
"""A link to the version that new processes serve."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version. `edits` make it of the chat in `specs/`: each text there, and what stands in its place."""

    name: str
    number: str
    edits: tuple[tuple[str, str], ...] = ()
    handling: tuple[tuple[str, str], ...] = ()
    """The same for the handlers."""
    body: str = "body"
    """What it calls the text of a message."""
    more: str = ""
    """The contract's last lines."""


_TAGS: Final = "      tags:\n        description: Free words to find it by.\n"
_QUICK: Final = "\nheartbeat: { every: 5s, slack: 5s }\n"

OLD: Final = Version("old", "1.0.0", more=_QUICK)
NEW: Final = Version(
    "new",
    "1.0.1",
    edits=(
        (
            _TAGS,
            f"      edited: {{ type: boolean, description: Whether it was changed after it was posted. }}\n{_TAGS}",
        ),
        (
            "      readers:\n",
            "      cleared:\n        description: All was read.\n        from: server\n      readers:\n",
        ),
    ),
    handling=(("            body=payload.body,\n", "            body=payload.body,\n            edited=False,\n"),),
    more=_QUICK,
)

_HANDLERS: Final = '''
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

import chat


class Room(chat.RoomHandler):
    """What is posted depends on what was sent alone; the reply says where it stands."""

    async def send(self, ctx, payload):
        """Post it, and reply when the disk has it."""
        message = chat.Message(
            id=uuid5(NAMESPACE_URL, payload.body),
            author=chat.Author(id="a", name=payload.name),
            body=payload.body,
            sent_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        offset = await ctx.posted(message)
        message.tags = [str(offset), (await ctx.position()).epoch]
        return message

    async def seen(self, ctx, payload):
        """Nothing."""


def create_app():
    return chat.ChatApp(room=Room())
'''


def generate(version: Version, folder: Path) -> Path:
    """Its code: `chat` and `handlers` for Python, `web` for TypeScript. Where that is."""
    code = folder / version.name
    code.mkdir(parents=True)
    spec = code / "chat.yaml"
    text = _edited(CHAT.read_text(encoding="utf-8"), (("version: 1.0.0", f"version: {version.number}"), *version.edits))
    spec.write_text(text + version.more, encoding="utf-8")
    contract = load_contract(spec, code)

    def make(target: Target, out: Path, options: dict[str, str | bool]) -> None:
        given = {each.name: each.default for each in target.options} | options
        write(target.generate(TargetRequest(contract, "0.0.0", given)), out)

    make(PYTHON, code, {"handlers": "handlers", "models": "msgspec"})
    make(TYPESCRIPT, code / "web", {"extension": ".ts"})
    (code / "package.json").write_text('{ "type": "module" }\n', encoding="utf-8")
    (code / "handlers").mkdir(exist_ok=True)
    (code / "handlers" / "__init__.py").write_text(_edited(_HANDLERS, version.handling), encoding="utf-8")
    return code


def put_in_place(version: Version, folder: Path) -> None:
    """New processes serve it; those that run have what they had."""
    coming = folder / "coming"
    coming.symlink_to(folder / version.name, target_is_directory=True)
    coming.replace(folder / NOW)


def _edited(text: str, edits: tuple[tuple[str, str], ...]) -> str:
    for old, new in edits:
        assert text.count(old) == 1, f"stands there {text.count(old)} times: {old!r}"
        text = text.replace(old, new)
    return text
