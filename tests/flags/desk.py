"""A contract in which everything that can stand behind a flag does, its package and its handlers."""

from pathlib import Path
from types import ModuleType
from typing import Any

from generated_chat import generated, imported, write

CONTRACT = """
rtgen: 1
contract: desk
version: 1.0.0
auth: { jwt: { claims: { type: object, properties: { plan: { type: string } } } }, anonymous: true }
flags:
  splitView: { description: Two tickets beside each other., percent: 0 }
  layout: { description: Where the list is., percent: 50, variants: { left: 1, top: 3 }, default: left }
  tone: { description: How suggested answers sound., percent: 100, variants: [formal, plain] }
  board: { description: The board of all tickets. }
schemas:
  Text:
    type: object
    required: [text]
    properties: { text: { type: string, maxLength: 60 } }
channels:
  desk:
    description: One desk.
    address: desks/{name}
    parameters: { name: { type: string } }
    history: { keep: 100, for: 1h }
    events:
      split:
        description: Open a second ticket.
        from: client
        flag: splitView
        payload: { $ref: '#/schemas/Text' }
        reply: { $ref: '#/schemas/Text' }
      touched: { description: Touch., from: client, flag: splitView, payload: { $ref: '#/schemas/Text' } }
      drag: { description: Drag., from: client, relay: true, flag: splitView, payload: { $ref: '#/schemas/Text' } }
      beside: { description: It is open., from: server, flag: splitView, payload: { $ref: '#/schemas/Text' } }
      pair: { description: Two., from: server, latest: true, flag: splitView, payload: { $ref: '#/schemas/Text' } }
      say: { description: Say., from: client, payload: { $ref: '#/schemas/Text' }, reply: { $ref: '#/schemas/Text' } }
      said: { description: Said., from: server, recorded: true, payload: { $ref: '#/schemas/Text' } }
      typed: { description: Typed., from: server, batch: 50ms, payload: { $ref: '#/schemas/Text' } }
  board:
    description: All tickets.
    address: board
    flag: board
    events:
      moved: { description: Moved., from: server, payload: { $ref: '#/schemas/Text' } }
"""

HANDLERS = '''
import os

import desk
from rtgen_runtime import Identity


class Names:
    """A token is a name."""

    async def authenticate(self, token, handshake):
        """Believe it."""
        return Identity(token, claims={}, issued=0.0)


class Desk(desk.DeskHandler):
    """Does as it is told."""

    def split(self, ctx, payload):
        """Tell what is on, and where."""
        return desk.Text(text=str(ctx.flags.split_view))

    def touched(self, ctx, payload):
        """Nothing."""

    def say(self, ctx, payload):
        """Who serves; or one of its tricks."""
        if payload.text == "kill":
            APP[0].flags.kill("splitView")
        elif payload.text == "beside":
            ctx.beside(payload)
        return desk.Text(text=str(os.getpid()))


APP = []


def create_app():
    """Remembered, since handlers use it."""
    APP.append(desk.DeskApp(desk=Desk(), auth=Names()))
    return APP[0]
'''


def generate(folder: Path) -> None:
    """The server of the contract in a folder, with handlers."""
    spec = folder / "desk.yaml"
    spec.write_text(CONTRACT, encoding="utf-8")
    write(generated(spec), folder)
    (folder / "handlers").mkdir(exist_ok=True)
    (folder / "handlers" / "__init__.py").write_text(HANDLERS, encoding="utf-8")


def package(folder: Path) -> ModuleType:
    """The package of the contract."""
    generate(folder)
    return imported(folder, "desk")


def app(desk: Any) -> Any:
    """A server whose handlers say what is on for who asks."""

    class Desk(desk.DeskHandler):  # type: ignore[misc]
        def split(self, ctx: Any, payload: Any) -> Any:
            return desk.Text(text=f"{ctx.flags.split_view} {ctx.flags.layout}")

        def touched(self, ctx: Any, payload: Any) -> None:
            self.last = payload.text

        def say(self, ctx: Any, payload: Any) -> Any:
            return payload

    return desk.DeskApp(desk=Desk())
