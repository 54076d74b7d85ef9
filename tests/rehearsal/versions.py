"""Two versions of the chat, each with its server, its handlers and its clients, in a folder of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from generated_chat import CHAT, write

from rtgen.api import load_contract
from rtgen.contract.model import Contract
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
    more: tuple[tuple[str, str], ...] = ()
    """What else a message needs to be sent."""
    mood: str = "thinking"
    """What it calls the mood in which its people type."""


_QUICK: Final = "\nheartbeat: { every: 5s, slack: 5s }\n"

OLD: Final = Version("old", "1.0.0")
NEW: Final = Version(
    "new",
    "2.0.0",
    edits=(
        ("required: [id, author, body, sentAt]", "required: [id, author, text, sentAt]"),
        ("      body: { type: string,", "      text: { was: body, type: string,"),
        ("required: [name, body]", "required: [name, text, language]"),
        (
            "            body: { $ref: '#/schemas/Message/properties/body' }\n",
            """            text: { $ref: '#/schemas/Message/properties/text', was: body }
            language: { type: string, maxLength: 8, default: en }
""",
        ),
        (
            "mood: { enum: [typing, thinking, idle],",
            "mood: { enum: [typing, musing, idle], earlier: { thinking: musing },",
        ),
        ("      seen:\n", "      read:\n        was: seen\n"),
        (
            "      readers:\n",
            "      cleared:\n        description: All was read.\n        from: server\n      readers:\n",
        ),
    ),
    handling=(
        ("            body=payload.body,\n", "            text=payload.text,\n"),
        ("uuid5(NAMESPACE_URL, payload.body)", "uuid5(NAMESPACE_URL, payload.text)"),
        ("async def seen(", "async def read("),
    ),
    body="text",
    more=(("language", "en"),),
    mood="musing",
)
"""Nothing of it could be said to the old version as it is: names, a value and a property are others."""

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


def contract_of(version: Version, folder: Path) -> Contract:
    """Its contract, written into a folder."""
    spec = folder / "chat.yaml"
    text = _edited(CHAT.read_text(encoding="utf-8"), (("version: 1.0.0", f"version: {version.number}"), *version.edits))
    spec.write_text(text + _QUICK, encoding="utf-8")
    return load_contract(spec, folder)


def generate(version: Version, folder: Path, *older: Version) -> Path:
    """Its code, which serves clients of older versions, too: `chat` and `handlers` for Python, `web` for TypeScript."""
    code = folder / version.name
    code.mkdir(parents=True)
    contract = contract_of(version, code)
    (code / "released").mkdir()
    released = tuple(contract_of(each, code / "released") for each in older)

    def make(target: Target, out: Path, options: dict[str, str | bool]) -> None:
        given = {each.name: each.default for each in target.options} | options
        result = target.generate(TargetRequest(contract, "0.0.0", given, released=released))
        assert result.findings == (), result.findings
        write(result, out)

    make(PYTHON, code, {"handlers": "handlers"})
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
