"""One server of `transports.py`, by the transport and the event loop that the command line names; prints its port.

It verifies tokens (JWT, HS256), validates, counts, and has one room whose members echo and wave.
"""

import asyncio
import gc
import sys
from argparse import Namespace
from typing import Any, Final, Literal

from msgspec import Struct
from rtgen_runtime import Settings, listen
from rtgen_runtime.app import App, Mount
from rtgen_runtime.codegen_v1 import ChannelHandler
from rtgen_runtime.declarations import Auth, Channel, Contract, RelayEvent, RequestEvent
from rtgen_runtime.doors import raise_descriptor_limit
from rtgen_runtime.jwt import JwtAuth, secret_key
from rtgen_runtime.scopes import MemberScope
from rtgen_runtime.transport_options import run
from rtgen_runtime.validation import Schema

SECRET: Final = b"benchmark" * 4


class Text(Struct):
    """What is said."""

    text: str


class NoParams(Struct):
    """Of an address without any."""


DOCUMENTS: Final[dict[str, object]] = {
    "Text": {
        "type": "object",
        "properties": {"text": {"type": "string"}},
        "required": ["text"],
    },
    "NoParams": {"type": "object"},
}
TEXT: Final[Schema[Text]] = Schema("Text", Text, DOCUMENTS)
ECHO: Final = RequestEvent("hall.echo", "echo", payload=TEXT, reply=TEXT)
WAVE: Final = RelayEvent("hall.wave", payload=TEXT)
HALL: Final = Channel("hall", "hall", Schema("NoParams", NoParams, DOCUMENTS), (ECHO, WAVE))
CONTRACT: Final = Contract("bench", "1.0.0", "", (HALL,), auth=Auth(jwt=True))


class Hall(ChannelHandler[Any, Any]):
    """Anybody with a token may enter."""

    channel = HALL

    def echo(self, ctx: Any, payload: Text) -> Text:
        """The same again."""
        return payload


async def serve(transport: Literal["native", "websockets"]) -> None:
    """Until the process is ended; a line on the input asks for a collection of garbage."""
    app = App(
        CONTRACT,
        (Mount(Hall(), MemberScope),),
        auth=JwtAuth(secret_key(SECRET), issuer=None, audience=None),
        settings=Settings(metrics=True, accept_rate=None, join_rate=None),
    )
    async with listen(app, transport=transport) as listening:
        print(listening.port, flush=True)
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while await lines.readline():
            gc.collect()
            print("collected", flush=True)


if __name__ == "__main__":
    raise_descriptor_limit()
    run(Namespace(event_loop=sys.argv[2]), serve("native" if sys.argv[1] == "native" else "websockets"))
