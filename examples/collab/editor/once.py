"""Plays it through without a person, on real sockets, and says what happened."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import collab
from collab import CollabClient, DocumentEditedPayload, DocumentEditPayload, JoinedDocument, OperationInsert, Selection
from demo.table import Table
from handlers import create_app
from rtgen_runtime import listen
from rtgen_runtime.client.events import Listener

from editor.operations import apply
from editor.tokens import Tokens

PATIENCE = 60.0
"""Seconds after which something that should have happened counts as not happening."""

DOCUMENT = "00000000-0000-4000-8000-000000000000"
MOVES = 15
CROWD = 200
"""The contract lists up to this many people, and counts them beyond it."""


async def play() -> int:
    """The whole of it; the exit code."""
    table, tokens = Table(), Tokens()
    async with (
        asyncio.timeout(PATIENCE),
        listen(create_app(auth=tokens.auth)) as server,
        AsyncExitStack() as stack,
    ):

        async def come(name: str, *, can_edit: bool = True) -> JoinedDocument:
            client = CollabClient(server.url, token=tokens.sign(name, can_edit=can_edit))
            return await (await stack.enter_async_context(client)).document(document_id=DOCUMENT)

        ada, ben, eve = await come("Ada"), await come("Ben"), await come("Eve", can_edit=False)
        await edit(table, Person(ada), Person(ben))
        await keep_readers_reading(table, eve)
        await move(table, ada, ben)
        await count(table, ada, [await come(f"Guest {number}") for number in range(CROWD)])
    return table.summary()


@dataclass(slots=True)
class Person:
    """Somebody with the document open, and what they have heard of it."""

    document: JoinedDocument
    text: bytes = b""
    revision: int = 0
    heard: Listener[DocumentEditedPayload] = field(init=False)

    def __post_init__(self) -> None:
        self.heard = self.document.edited.listen()

    async def put(self, at: int, text: str, base: int) -> int:
        """Put a text in, upon a revision; gives the revision that came of it."""
        operations: collab.Operations = [OperationInsert(at=at, text=text)]
        payload = DocumentEditPayload(id=uuid4(), base=base, operations=operations)
        return (await self.document.edit(payload)).revision

    async def follow(self, revision: int) -> str:
        """Apply what is heard up to a revision; gives the text."""
        while self.revision < revision:
            edited = (await anext(self.heard)).payload
            if edited.revision != self.revision + 1:
                raise RuntimeError(f"revision {edited.revision} after {self.revision}")
            self.text = apply(self.text, edited.operations)
            self.revision = edited.revision
        return self.text.decode("utf-16-le")


async def edit(table: Table, ada: Person, ben: Person) -> None:
    """Two people write in the same place at the same time."""
    table.heading("Edits at the same time")
    begin = await ada.put(0, "Hello !", 0)
    await asyncio.gather(
        *(each.put(6, word, begin) for each, word in ((ada, "Ada"), (ben, "Ben"))), ada.put(7, " :)", begin)
    )
    last = begin + 3
    texts = [await ada.follow(last), await ben.follow(last)]
    ok = texts[0] == texts[1] and sorted(texts[0]) == sorted("Hello AdaBen! :)")
    table.row("three edits upon one revision; both have one text", texts[0], ok=ok)
    loaded = await ben.document.load()
    ok = (loaded.text, loaded.revision) == (texts[0], last)
    table.row("which is the server's", f"revision {loaded.revision}", ok=ok)


async def keep_readers_reading(table: Table, eve: JoinedDocument) -> None:
    """Who may only read."""
    operations: collab.Operations = [OperationInsert(at=0, text="Eve was here")]
    try:
        await eve.edit(DocumentEditPayload(id=UUID(int=4 << 76 | 8 << 60), base=0, operations=operations))
    except collab.ReadOnly:
        table.row("Eve's token lets her read; her edit fails, typed", "ReadOnly", ok=True)
    else:
        table.row("Eve's token lets her read", "her edit was taken", ok=False)


async def move(table: Table, ada: JoinedDocument, ben: JoinedDocument) -> None:
    """A cursor that moves quickly is heard of seldom, and where it stops."""
    table.heading("Cursors")
    heard = ben.cursor_moved.listen()
    for place in range(MOVES + 1):
        ada.move_cursor(Selection(anchor=place, head=place))
    places: list[int] = []
    while not places or places[-1] != MOVES:
        cursor = (await anext(heard)).payload
        places.append(cursor.selection.head)
    ok = len(places) < MOVES and cursor.user_id == "ada"
    table.row(f"Ada moves {MOVES + 1} times; Ben hears the newest", f"{places}", ok=ok)


async def count(table: Table, ada: JoinedDocument, crowd: list[JoinedDocument]) -> None:
    """Above a size the server tells how many, not who."""
    table.heading("Who is here")
    wanted = len(crowd) + 3
    changes = ada.present.changes.listen()
    names = {each.name for each in ada.present.people.values()}
    while ada.present.count != wanted or ada.present.is_listed:
        await anext(changes)
    table.row("few are listed", ", ".join(sorted(names)[:3]), ok={"Ada", "Ben", "Eve"} <= names)
    table.row("many are counted", f"{ada.present.count} people", ok=not ada.present.people)
